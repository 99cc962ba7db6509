/** What stands in for a language model behind both servers: it reads the prompt as a model would have to, and judges by cue words. */
export interface SentText {
  id: string;
  text: string;
}

type Fields = Record<string, unknown>;

/** The texts of a prompt: one JSON object a line between the tags. @throws Error when they cannot be read, which is a fault of the prompt. */
export function textsIn(message: string): SentText[] {
  const blocks = [...message.matchAll(/<texts>\n([\s\S]*?)\n<\/texts>/gu)];
  if (blocks.length !== 1) throw new Error(`the prompt holds ${blocks.length} blocks of texts; it should hold one`);
  return blocks[0]![1]!.split("\n").map((line) => JSON.parse(line) as SentText);
}

const POSITIVE = /love|excellent|adorei|excelente|encanta/iu;
const NEGATIVE = /hate|terrible|péssimo|horr[ií]ve?l|horrible|odi/iu;

export function judge(text: string): { label: "positive" | "neutral" | "negative"; mixed: boolean; percent: Record<"positive" | "neutral" | "negative", number> } {
  const [liked, hated] = [POSITIVE.test(text), NEGATIVE.test(text)];
  if (liked && hated) return { label: "negative", mixed: true, percent: { positive: 40, neutral: 10, negative: 50 } };
  if (liked) return { label: "positive", mixed: false, percent: { positive: 90, neutral: 8, negative: 2 } };
  if (hated) return { label: "negative", mixed: false, percent: { positive: 3, neutral: 6, negative: 91 } };
  return { label: "neutral", mixed: false, percent: { positive: 10, neutral: 80, negative: 10 } };
}

/** The fields that a prompt without a tool asks for, as a schema would name them. @throws Error when the prompt shows no shape. */
export function schemaIn(prompt: string): unknown {
  const shape = /^\{"answers":\[\{(.*)\}\]\}$/mu.exec(prompt)?.[1];
  if (shape === undefined) throw new Error("the prompt shows no shape of an answer");
  const required = [...shape.matchAll(/"(\w+)":["<]/gu)].map((match) => match[1]!);
  return { properties: { answers: { items: { required, properties: Object.fromEntries(required.map((name) => [name, { type: "string" }])) } } } };
}

/** One answer with the fields the schema asks for, in its order. @throws Error for a required field it does not know how to fill. */
export function answerFor({ id, text }: SentText, schema: unknown): Fields {
  const { properties, required } = itemsOf(schema);
  const { label, mixed, percent } = judge(text);
  const known: Fields = { id, label, mixed, ...percent };
  return Object.fromEntries(
    required.map((name) => {
      const field = properties[name] as { type: string; enum?: string[] };
      if (name in known) return [name, known[name]];
      if (field.type !== "string") throw new Error(`the schema requires ${name}, which is neither known nor a string`);
      return [name, field.enum?.[0] ?? "Because of the cue words."];
    }),
  );
}

function itemsOf(schema: unknown): { properties: Fields; required: string[] } {
  const { answers } = (schema as { properties: { answers: { items: { properties: Fields; required: string[] } } } }).properties;
  return answers.items;
}

/** Ways in which a model answers, but wrongly. */
export const ANSWER_FAULTS = ["missing id", "repeated id", "unknown id", "bad label", "bad sum", "fractions", "contradiction", "no list"] as const;
export type AnswerFault = (typeof ANSWER_FAULTS)[number];

export const isAnswerFault = (fault: string): fault is AnswerFault => (ANSWER_FAULTS as readonly string[]).includes(fault);

/** The answers for a call's texts; a fault concerns the first of them. */
export function answersFor(texts: readonly SentText[], schema: unknown, fault: AnswerFault | undefined): unknown {
  const answers = texts.map((text) => answerFor(text, schema));
  const [first, ...others] = answers;
  switch (fault) {
    case undefined:
      return { answers };
    case "missing id":
      return { answers: others };
    case "repeated id":
      return { answers: [first, ...answers] };
    case "unknown id":
      return { answers: [{ ...first, id: "t0" }, ...others] };
    case "bad label":
      return { answers: [{ ...first, label: "angry" }, ...others] };
    case "bad sum":
      return { answers: [{ ...first, positive: 90, neutral: 90, negative: 90 }, ...others] };
    case "fractions":
      return { answers: [{ ...first, positive: 0.02, neutral: 0.08, negative: 0.9, label: "negative" }, ...others] };
    case "contradiction":
      return { answers: [{ ...first, label: "positive", positive: 5, neutral: 5, negative: 90 }, ...others] };
    case "no list":
      return { verdict: "fine" };
  }
}

/** Rough enough for a count that is plausible and grows with the text. */
export const tokensOf = (text: string): number => Math.ceil(text.length / 4);
