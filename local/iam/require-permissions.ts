import { AccessDeniedError, type Authorizer, type Caller, type RequiredPermission } from "../service.ts";

/**
 * Checks at start what a service will do in a role's name, where no call would pass the gateway.
 * @throws one Error with every missing statement.
 */
export function requirePermissions(authorizer: Authorizer, caller: Caller, permissions: readonly RequiredPermission[]): void {
  const missing: string[] = [];
  for (const permission of permissions) {
    try {
      authorizer.authorize(caller, [permission]);
    } catch (error) {
      if (!(error instanceof AccessDeniedError)) throw error;
      missing.push(error.message);
    }
  }
  if (missing.length > 0) throw new Error(missing.join("\n"));
}
