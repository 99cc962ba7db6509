/** A column type of the Glue table, parsed. */
export type HiveType =
  | { kind: "scalar"; name: string }
  | { kind: "array"; element: HiveType }
  | { kind: "map"; value: HiveType }
  | { kind: "struct"; fields: readonly { name: string; type: HiveType }[] };

const DUCKDB_SCALARS: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  integer: "INTEGER",
  bigint: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
};

/** @throws naming the type and the column when the local run cannot write it. */
export function parseHiveType(text: string, column: string): HiveType {
  const parser = new Parser(text.replaceAll(/\s/gu, ""), column);
  return parser.parse();
}

export function duckdbType(type: HiveType): string {
  switch (type.kind) {
    case "scalar":
      return DUCKDB_SCALARS[type.name] ?? type.name;
    case "array":
      return `${duckdbType(type.element)}[]`;
    case "map":
      return `MAP(VARCHAR, ${duckdbType(type.value)})`;
    case "struct":
      return `STRUCT(${type.fields.map((field) => `"${field.name}" ${duckdbType(field.type)}`).join(", ")})`;
  }
}

class Parser {
  readonly #text: string;
  readonly #column: string;
  #position = 0;

  constructor(text: string, column: string) {
    this.#text = text;
    this.#column = column;
  }

  parse(): HiveType {
    const type = this.#type();
    if (this.#position !== this.#text.length) throw this.#wrong();
    return type;
  }

  #type(): HiveType {
    const name = this.#word().toLowerCase();
    switch (name) {
      case "array": {
        this.#expect("<");
        const element = this.#type();
        this.#expect(">");
        return { kind: "array", element };
      }
      case "map": {
        this.#expect("<");
        if (this.#word() !== "string") throw this.#wrong();
        this.#expect(",");
        const value = this.#type();
        this.#expect(">");
        return { kind: "map", value };
      }
      case "struct": {
        this.#expect("<");
        const fields: { name: string; type: HiveType }[] = [];
        do {
          const field = this.#word();
          this.#expect(":");
          fields.push({ name: field, type: this.#type() });
        } while (this.#take(","));
        this.#expect(">");
        return { kind: "struct", fields };
      }
      default:
        if (DUCKDB_SCALARS[name] === undefined) throw this.#wrong();
        return { kind: "scalar", name };
    }
  }

  #word(): string {
    const word = /^\w+/u.exec(this.#text.slice(this.#position))?.[0];
    if (word === undefined) throw this.#wrong();
    this.#position += word.length;
    return word;
  }

  #take(character: string): boolean {
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#wrong();
  }

  #wrong(): Error {
    return new Error(
      `Glue column ${this.#column}: the local run cannot write the type ${this.#text} (at character ${this.#position + 1}); ` +
        `it knows ${Object.keys(DUCKDB_SCALARS).join(", ")}, array, map<string,…> and struct`,
    );
  }
}
