import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { HTTP1_LIMITS, MAX_ATTEMPTS } from "../shared/call-limits.ts";
import { traced } from "../shared/tracing.ts";

let client: Promise<DynamoDBClient> | undefined;

/** Built at the first call and kept: connections survive between invocations. */
export function dynamoDbClient(): Promise<DynamoDBClient> {
  client ??= traced(new DynamoDBClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP1_LIMITS }));
  return client;
}
