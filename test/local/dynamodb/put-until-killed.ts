import type { TableDefinition } from "../../../local/dynamodb/table-definition.ts";
import { TableStore } from "../../../local/dynamodb/table-store.ts";

/** Puts one item after the other and prints the version of each that was answered. */
const [folder = "", table = ""] = process.argv.slice(2);
const definition = JSON.parse(table) as TableDefinition;
const store = await TableStore.open(folder, [definition]);
for (let version = 1; ; version += 1) {
  const Item = { conversation: { S: "killed" }, version: { N: String(version) } };
  const { status, body } = await store.call("PutItem", Buffer.from(JSON.stringify({ TableName: definition.name, Item })));
  if (status !== 200) throw new Error(body);
  process.stdout.write(`${version}\n`);
}
