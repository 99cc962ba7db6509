import { App } from "aws-cdk-lib";
import { buildApplication } from "../lib/application.ts";
import { FEATURE_FLAGS } from "../lib/feature-flags.ts";
import { ConfigurationError, readConfiguration } from "../lib/read-configuration.ts";

// No analytics resource: templates stay the same wherever they are made.
const app = new App({ context: FEATURE_FLAGS, analyticsReporting: false, autoSynth: false });
try {
  buildApplication(app, readConfiguration({ stage: app.node.tryGetContext("stage"), config: app.node.tryGetContext("config") }));
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // A person's mistake, not the program's: the message says it all, a stack trace would hide it.
  console.error(error.message);
  process.exitCode = 1;
}
