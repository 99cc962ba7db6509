import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { RedshiftServerlessClient } from "@aws-sdk/client-redshift-serverless";
import { tracer } from "../shared/observability.ts";

// One deployment's few calls: patience costs nothing, a failed deployment does.
const MAX_ATTEMPTS = 8;

let dataClient: RedshiftDataClient | undefined;
let serverlessClient: RedshiftServerlessClient | undefined;

/** Built at the first call and kept. */
export function redshiftDataClient(): RedshiftDataClient {
  dataClient ??= tracer.captureAWSv3Client(new RedshiftDataClient({ maxAttempts: MAX_ATTEMPTS }));
  return dataClient;
}

/** Built at the first call and kept. */
export function redshiftServerlessClient(): RedshiftServerlessClient {
  serverlessClient ??= tracer.captureAWSv3Client(new RedshiftServerlessClient({ maxAttempts: MAX_ATTEMPTS }));
  return serverlessClient;
}
