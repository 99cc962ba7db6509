import { mkdirSync, writeFileSync } from "node:fs";
import { jsonSchemas } from "./json-schemas.ts";

const folder = new URL("../../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [file, text] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(file, folder), text);
  console.log(`wrote schemas/${file}`);
}
