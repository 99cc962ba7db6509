import { writeFileSync } from "node:fs";
import { cataloguePage } from "../core/models/catalogue-page.ts";

writeFileSync(new URL("../docs/models/catalogue.md", import.meta.url), cataloguePage());
console.log("wrote docs/models/catalogue.md");
