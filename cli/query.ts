import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { CommandError, EXIT, explainFailure } from "./command-error.ts";
import type { ExitCode } from "./command-error.ts";
import { findDeployment } from "./deployment.ts";
import type { TargetOptions } from "./deployment.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { printRows } from "./print-rows.ts";
import type { RowFormat } from "./print-rows.ts";
import { REFRESH_STATEMENT, runQuery } from "./run-query.ts";
import type { WarehouseDeployment } from "./run-query.ts";
import { plural } from "./terminal.ts";

export interface QueryOptions extends TargetOptions {
  file?: string;
  format: RowFormat;
  refresh?: boolean;
  asAdministrator?: boolean;
}

/** Where statements run, as whom, and how their rows are printed. */
interface QuerySession {
  client: RedshiftDataClient;
  deployment: WarehouseDeployment;
  secretArn: string | undefined;
  format: RowFormat;
}

/** `valence query`: one statement, or a prompt. */
export async function query(sql: string | undefined, options: QueryOptions): Promise<ExitCode> {
  if (sql !== undefined && options.file !== undefined) throw new CommandError("Give the statement or --file, not both.", EXIT.usage);
  const statement = sql ?? readStatement(options.file);
  const deployment = await findDeployment(options, ["WarehouseWorkgroupName", "WarehouseDatabase", "WarehouseAdminSecretArn"]);
  const client = new RedshiftDataClient(deployment.clientConfiguration);
  const secretArn = options.asAdministrator ? deployment.outputs.WarehouseAdminSecretArn : undefined;
  const session = { client, deployment, secretArn, format: options.format };
  try {
    if (options.refresh) await runQuery(client, deployment, REFRESH_STATEMENT, { secretArn });
    if (statement === undefined) await prompt(session);
    else await runAndPrint(session, statement);
    return EXIT.ok;
  } finally {
    client.destroy();
  }
}

function readStatement(file: string | undefined): string | undefined {
  if (file === undefined && process.stdin.isTTY) return undefined;
  const from = file ?? "-";
  let statement: string;
  try {
    statement = readFileSync(from === "-" ? 0 : from, "utf8");
  } catch (error) {
    throw new CommandError(`The statement cannot be read: ${error instanceof Error ? error.message : String(error)}.`, EXIT.usage, { cause: error });
  }
  if (statement.trim() === "") throw new CommandError("There is no SQL statement: give one as an argument, with --file, or on standard input.", EXIT.usage);
  return statement;
}

async function runAndPrint({ client, deployment, secretArn, format }: QuerySession, sql: string): Promise<void> {
  const interrupt = abortOnInterrupt("Cancelling the statement …");
  try {
    const result = await runQuery(client, deployment, sql.trim().replace(/;$/u, ""), { signal: interrupt.signal, secretArn });
    if (result.columns.length > 0) printRows(result.columns, result.rows, format);
    else console.error(result.affected > 0 ? `Done; ${plural(result.affected, "row")} changed.` : "Done.");
  } finally {
    interrupt.release();
  }
}

async function prompt(session: QuerySession): Promise<void> {
  const { WarehouseDatabase, WarehouseWorkgroupName } = session.deployment.outputs;
  console.log(`Connected to ${WarehouseDatabase} in ${WarehouseWorkgroupName}. End a statement with ; and leave with \\q or Ctrl-D.`);
  console.log("Tables: valence.results (one row a result). \\r refreshes the streaming view.");
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: "valence=> " });
  let statement = "";
  // As in other prompts: Ctrl-C gives up what was typed, and leaves when there is nothing.
  lines.on("SIGINT", () => {
    if (statement === "" && lines.line === "") {
      lines.close();
      return;
    }
    statement = "";
    lines.write(null, { ctrl: true, name: "u" });
    process.stdout.write("\n");
    lines.setPrompt("valence=> ");
    lines.prompt();
  });
  lines.prompt();
  for await (const line of lines) {
    const trimmed = line.trim();
    if (statement === "" && (trimmed === "\\q" || trimmed === "exit" || trimmed === "quit")) break;
    if (statement === "" && trimmed === "\\r") statement = `${REFRESH_STATEMENT};`;
    else if (trimmed.startsWith("\\")) console.error("Known here are \\q (leave) and, at the start of a statement, \\r (refresh).");
    else statement = `${statement}${line}\n`;
    if (statement.trim() === "") statement = "";
    if (statement.trimEnd().endsWith(";")) {
      // A statement that fails must not end the session.
      await runAndPrint(session, statement).catch((error: unknown) => console.error(explainFailure(error).message));
      statement = "";
    }
    lines.setPrompt(statement === "" ? "valence=> " : "valence-> ");
    lines.prompt();
  }
  lines.close();
}
