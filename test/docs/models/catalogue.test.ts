import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cataloguePage } from "../../../core/models/catalogue-page.ts";

it("docs/models/catalogue.md is the catalogue; npx tsx scripts/write-model-catalogue.ts writes it", () => {
  const page = readFileSync(new URL("../../../docs/models/catalogue.md", import.meta.url), "utf8");
  expect(page).toBe(cataloguePage());
});
