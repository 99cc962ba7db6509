import { count } from "../cli/terminal.ts";
import { UNDETERMINED } from "./figures.ts";
import type { DemoFigures } from "./figures.ts";

/** What answered, and what it does not know: one who reads a sentiment must know what stands behind it. */
export function classifierNotice({ models, unsupported }: Pick<DemoFigures, "models" | "unsupported">): string[] {
  const names = models.join(", ") || "none ran";
  const lines = [`Answered by ${names}. The embedded model is small and knows single texts: irony and context mostly pass it by (docs/models/embedded-text.md).`];
  if (unsupported.length === 0) {
    lines.push("It knows all the languages met here.");
  } else {
    const languages = unsupported.map(({ language, rows }) => `${language === UNDETERMINED ? "undetermined" : language} (${count(rows)})`).join(", ");
    lines.push(`It does not know these languages, and its rows in them carry the flag language_unsupported: ${languages}.`);
  }
  return lines;
}
