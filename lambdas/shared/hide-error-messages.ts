type Handler = (request: object) => Promise<object>;
type Middleware = (next: Handler) => Handler;

/** What of an SDK client is needed here; its own types know each client's commands and nothing common to all. */
interface WithMiddleware {
  middlewareStack: { add(middleware: Middleware, options: { name: string; step: "initialize" | "finalizeRequest"; priority: "high"; override: true }): void };
}

interface SdkError extends Error {
  $metadata?: unknown;
  $retryable?: unknown;
}

/**
 * Keeps the messages of a client's errors from what stands between two steps of its calls. X-Ray's SDK writes them into the trace, and a
 * service's message may quote what was sent: a customer's words. Whoever made the call gets the error as it was thrown.
 *
 * @param client an SDK client whose tracing is a middleware of the step `build`.
 */
export function hideErrorMessages<Client extends object>(client: Client): Client {
  const hidden = new WeakMap<object, unknown>();
  const hide: Middleware = (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      const standIn = standInFor(error as SdkError);
      hidden.set(standIn, error);
      throw standIn;
    }
  };
  const show: Middleware = (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      throw typeof error === "object" && error !== null && hidden.has(error) ? hidden.get(error) : error;
    }
  };
  const { middlewareStack } = client as unknown as WithMiddleware;
  middlewareStack.add(show, { name: "valenceShowErrorMessages", step: "initialize", priority: "high", override: true });
  middlewareStack.add(hide, { name: "valenceHideErrorMessages", step: "finalizeRequest", priority: "high", override: true });
  return client;
}

/** What a trace may say: the error's name, its status and whether it is a throttling. */
function standInFor({ name, $metadata, $retryable }: SdkError): Error {
  const standIn = new Error("its message is not traced, because it may quote what was sent");
  return Object.assign(standIn, { name }, $metadata !== undefined && { $metadata }, $retryable !== undefined && { $retryable });
}
