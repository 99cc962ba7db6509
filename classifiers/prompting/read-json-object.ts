/**
 * The one JSON object in a model's message, be it bare, in a code fence or between remarks; undefined when there is none, it does not end,
 * or a second one follows: then nothing tells which is the answer. Reads the text once.
 */
export function readJsonObject(text: string): unknown {
  const start = text.indexOf("{");
  if (start === -1) return undefined;
  const end = endOfObject(text, start);
  if (end === -1 || text.includes("{", end)) return undefined;
  try {
    return JSON.parse(text.slice(start, end));
  } catch {
    return undefined;
  }
}

/** Just behind the brace that closes the one at `start`; -1 when none does. Braces inside strings do not count. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let position = start; position < text.length; position += 1) {
    const character = text[position];
    if (inString) {
      if (character === "\\") position += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
  return -1;
}
