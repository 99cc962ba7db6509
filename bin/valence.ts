import { runCommandLine } from "../cli/program.ts";

// `valence query … | head` closes the pipe early; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await runCommandLine(process.argv.slice(2), async (choice) => {
  // Loaded when asked for: the schema of the configuration stands on aws-cdk-lib, which takes seconds.
  const { readConfiguration } = await import("../lib/read-configuration.ts");
  return readConfiguration(choice);
});
