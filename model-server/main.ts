import { ModelServer } from "./model-server.ts";
import { readServerSettings, type ServerSettings } from "./server-settings.ts";
import { logToConsole } from "./structured-log.ts";

/** Entry of the container and of the local endpoint. SageMaker's argument `serve` says nothing new and is not looked at. */
async function serve(settings: ServerSettings): Promise<void> {
  const server = new ModelServer(settings);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      logToConsole("info", "stopping", { signal });
      void server.stop().then(() => process.exit(0));
    });
  }
  // Whoever holds a channel to this process (the local run does, SageMaker does not) is not outlived by it, however it ended.
  process.once("disconnect", () => process.exit(1));
  // Undefined where there never was a channel.
  const { connected } = process as { connected?: boolean };
  if (connected === false) process.exit(1);
  await server.listen();
  await server.loadModel();
  await server.failed;
}

function end(error: Error): void {
  logToConsole("error", "the model server ends", { reason: error.message, name: error.name });
  process.exit(1);
}

try {
  serve(readServerSettings(process.env)).catch(end);
} catch (error) {
  end(error as Error);
}
