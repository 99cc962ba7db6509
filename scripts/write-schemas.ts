import { writeFileSync } from "node:fs";
import { jsonSchemas } from "../core/contracts/json-schemas.ts";

const folder = new URL("../schemas/", import.meta.url);
for (const [file, text] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(file, folder), text);
  console.log(`wrote schemas/${file}`);
}
