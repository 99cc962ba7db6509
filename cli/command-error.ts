/** What the shell gets; documented in every `--help`. */
export const EXIT = { ok: 0, inputFailed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error a person can act on: the message is shown without a stack, the process ends with `exitCode`. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.inputFailed, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }
}

const UNREACHABLE_CODES = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN", "ETIMEDOUT", "ECONNRESET"]);
const CREDENTIAL_ERRORS = new Set([
  "CredentialsProviderError",
  "ExpiredTokenException",
  "ExpiredToken",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
]);

// Everything else is thrown with a message that says what to do; a stack would hide it.
const PROGRAMMING_ERRORS = new Set(["TypeError", "ReferenceError", "SyntaxError", "RangeError", "AssertionError"]);

/** Turns whatever a command threw into a message and an exit code. A programming error keeps its stack. */
export function explainFailure(error: unknown): { message: string; exitCode: ExitCode } {
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode };
  if (!(error instanceof Error)) return { message: String(error), exitCode: EXIT.inputFailed };
  if (isUnreachable(error)) return { message: `No answer: ${innermostMessage(error)}`, exitCode: EXIT.unreachable };
  if (CREDENTIAL_ERRORS.has(error.name)) {
    const advice = "Sign in (aws sso login, or AWS_PROFILE / --profile), or leave out --stage to use the local run.";
    return { message: `${error.message}\n${advice}`, exitCode: EXIT.unreachable };
  }
  // What the SDK throws when neither --region nor the environment nor the profile names a usable one.
  if (/^Region (?:is missing|not accepted)/u.test(error.message)) {
    return { message: "No AWS region is set, or not a valid one: say --region, or set AWS_REGION, or a region in the profile.", exitCode: EXIT.unreachable };
  }
  // Errors of AWS services carry `$metadata`; their stack shows only the SDK's own middleware.
  if ("$metadata" in error) return { message: `${error.name}: ${error.message}`, exitCode: EXIT.inputFailed };
  const isMistakeInTheProgram = PROGRAMMING_ERRORS.has(error.name) || error.message === "";
  return { message: isMistakeInTheProgram ? (error.stack ?? error.name) : error.message, exitCode: EXIT.inputFailed };
}

/** True when nothing answered at the other end, as opposed to an answer that says no. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && UNREACHABLE_CODES.has(code)) return true;
  if (error.name === "TimeoutError") return true;
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  return error.cause !== undefined && isUnreachable(error.cause);
}

function innermostMessage(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return innermostMessage(error.errors[0]);
  return error.cause instanceof Error ? innermostMessage(error.cause) : error.message || error.name;
}
