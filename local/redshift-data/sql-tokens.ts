export interface SqlToken {
  kind: "space" | "string" | "identifier" | "word" | "number" | "parameter" | "symbol";
  text: string;
}

// Order matters: `::` before a parameter, a comment before a symbol. Comments count as space.
const PATTERNS: readonly [SqlToken["kind"], RegExp][] = [
  ["space", /\s+|--[^\n]*|\/\*[\s\S]*?\*\//uy],
  ["string", /'(?:[^']|'')*'|\$\$[\s\S]*?\$\$/uy],
  ["identifier", /"(?:[^"]|"")*"/uy],
  ["symbol", /::/uy],
  ["parameter", /:[A-Za-z_]\w*/uy],
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/uy],
  ["word", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["symbol", /[^\s'"]/uy],
];

/**
 * Cuts SQL into tokens whose texts, joined, are the input again.
 * @throws Error for a string, quoted name or comment that is not closed.
 */
export function tokenize(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    const token = tokenAt(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(sql: string, at: number): SqlToken {
  if (sql.startsWith("/*", at) && !sql.includes("*/", at + 2)) throw new Error(`syntax error: the comment at character ${at + 1} is not closed`);
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { kind, text };
  }
  throw new Error(`syntax error: the quote ${sql[at]} at character ${at + 1} is not closed`);
}

/** The statements of a script, without their semicolons; empty ones are left out. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let current = "";
  for (const token of tokenize(sql)) {
    if (token.kind === "symbol" && token.text === ";") {
      statements.push(current);
      current = "";
    } else current += token.text;
  }
  return [...statements, current].map((statement) => statement.trim()).filter((statement) => tokenize(statement).some((token) => token.kind !== "space"));
}

export interface SqlParameter {
  name: string;
  value: string;
}

/**
 * Puts parameters in as quoted literals. As in the Data API every value is text, and as for any literal the database
 * finds its type from the context; a value can never end its literal.
 * @throws Error for a `:name` without a value, or a value that the SQL does not name.
 */
export function bindParameters(sql: string, parameters: readonly SqlParameter[]): string {
  return bindEach([sql], parameters)[0]!;
}

/** The same for the statements of a batch, which share their parameters. */
export function bindEach(statements: readonly string[], parameters: readonly SqlParameter[]): string[] {
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const used = new Set<string>();
  const bound = statements.map((sql) =>
    tokenize(sql)
      .map((token) => {
        if (token.kind !== "parameter") return token.text;
        const name = token.text.slice(1);
        const value = values.get(name);
        if (value === undefined) throw new Error(`The parameter :${name} has no value: pass one, or write the colon differently.`);
        used.add(name);
        return `'${value.replaceAll("'", "''")}'`;
      })
      .join(""),
  );
  const unused = parameters.find(({ name }) => !used.has(name));
  if (unused !== undefined) throw new Error(`Parameters list contains unused parameters: ${unused.name} does not occur in the SQL.`);
  return bound;
}
