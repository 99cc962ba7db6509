import type { WarehouseEngine } from "./warehouse-engine.ts";

/** Schema names that match a LIKE pattern. */
export async function listSchemas(engine: WarehouseEngine, pattern = "%"): Promise<string[]> {
  const sql = "SELECT DISTINCT table_schema FROM svv_tables WHERE table_schema LIKE :pattern ORDER BY 1";
  return (await engine.run(sql, [{ name: "pattern", value: pattern }])).rows.map(([name]) => String(name));
}

export async function listTables(engine: WarehouseEngine, schemaPattern = "%", tablePattern = "%"): Promise<unknown[]> {
  const sql = "SELECT table_schema, table_name, table_type FROM svv_tables WHERE table_schema LIKE :schema AND table_name LIKE :table ORDER BY 1, 2";
  const { rows } = await engine.run(sql, [
    { name: "schema", value: schemaPattern },
    { name: "table", value: tablePattern },
  ]);
  return rows.map(([schema, name, type]) => ({ schema, name, type: type === "VIEW" ? "VIEW" : "TABLE" }));
}

export async function describeTable(engine: WarehouseEngine, schema = "public", table = ""): Promise<unknown[]> {
  const sql = "SELECT column_name, data_type, is_nullable FROM svv_columns WHERE table_schema = :schema AND table_name = :table ORDER BY ordinal_position";
  const { rows } = await engine.run(sql, [
    { name: "schema", value: schema },
    { name: "table", value: table },
  ]);
  return rows.map(([name, type, nullable]) => ({ name, label: name, typeName: String(type).toLowerCase(), nullable: nullable === "YES" ? 1 : 0, schemaName: schema, tableName: table }));
}
