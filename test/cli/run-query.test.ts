import { DescribeStatementCommand, ExecuteStatementCommand, type RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { describe, expect, it } from "vitest";
import { runQuery } from "../../cli/run-query.ts";
import { DEPLOYMENT } from "./fake-account.ts";

const SECRET = DEPLOYMENT.outputs.WarehouseAdminSecretArn;

/** A Data API that knows one statement without a result. Anything else throws. */
function fakeClient(): { client: RedshiftDataClient; executed: unknown[] } {
  const executed: unknown[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ExecuteStatementCommand) {
      executed.push(command.input);
      return { Id: "statement-1" };
    }
    if (command instanceof DescribeStatementCommand) return { Status: "FINISHED", HasResultSet: false, ResultRows: 0 };
    throw new Error("This fake knows no such command.");
  };
  return { client: { send } as unknown as RedshiftDataClient, executed };
}

describe("runQuery", () => {
  it.each([
    ["as the caller's own identity", {}, undefined],
    ["as the administrator, with the secret", { secretArn: SECRET }, SECRET],
  ])("runs a statement %s", async (_who, options, expected) => {
    const { client, executed } = fakeClient();

    await runQuery(client, DEPLOYMENT, "SELECT 1", options);

    expect(executed).toEqual([{ WorkgroupName: "valence-dev", Database: "valence", Sql: "SELECT 1", SecretArn: expected }]);
  });
});
