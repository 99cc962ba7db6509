import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { RedshiftServerlessClient } from "@aws-sdk/client-redshift-serverless";
import { traced } from "../shared/tracing.ts";

// One deployment's few calls: patience costs nothing, a failed deployment does.
const MAX_ATTEMPTS = 8;

let dataClient: Promise<RedshiftDataClient> | undefined;
let serverlessClient: Promise<RedshiftServerlessClient> | undefined;

/** Built at the first call and kept. */
export function redshiftDataClient(): Promise<RedshiftDataClient> {
  dataClient ??= traced(new RedshiftDataClient({ maxAttempts: MAX_ATTEMPTS }));
  return dataClient;
}

/** Built at the first call and kept. */
export function redshiftServerlessClient(): Promise<RedshiftServerlessClient> {
  serverlessClient ??= traced(new RedshiftServerlessClient({ maxAttempts: MAX_ATTEMPTS }));
  return serverlessClient;
}
