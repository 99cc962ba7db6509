const compiled = new Map<string, RegExp>();

/** IAM's pattern language: `*` any run of characters, `?` any one; nothing else is special. */
export function matchesPattern(pattern: string, value: string, ignoreCase = false): boolean {
  const key = `${ignoreCase ? "i" : "c"}${pattern}`;
  let expression = compiled.get(key);
  if (expression === undefined) {
    const source = pattern.replaceAll(/[.+^${}()|[\]\\/]/gu, String.raw`\$&`).replaceAll("*", ".*").replaceAll("?", ".");
    expression = new RegExp(`^${source}$`, ignoreCase ? "isu" : "su");
    compiled.set(key, expression);
  }
  return expression.test(value);
}
