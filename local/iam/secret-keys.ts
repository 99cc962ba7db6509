import { encryptionKeyArn } from "../assembly/encryption-key.ts";
import type { LocalApplication } from "../assembly/local-application.ts";
import type { RequiredPermission } from "../service.ts";

/** Reading a secret takes its key too, which the services that log in with it cannot know. */
export function secretKeyPermissions(application: LocalApplication): (permission: RequiredPermission) => readonly RequiredPermission[] {
  const keys = new Map(
    application.ofType("AWS::SecretsManager::Secret").flatMap((secret) => {
      const key = encryptionKeyArn(secret);
      return key === undefined ? [] : [[secret.id, [{ action: "kms:Decrypt", resource: key }]] as const];
    }),
  );
  return ({ action, resource }) => (action === "secretsmanager:GetSecretValue" ? (keys.get(resource) ?? []) : []);
}
