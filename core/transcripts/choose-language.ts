/** `given`: the recording is in this language. `identify`: Transcribe tells which of several it is. */
export type ChosenLanguage = { kind: "given"; code: string } | { kind: "identify"; codes: string[] };

const UNDETERMINED = /^und(?:-|$)/iu;

/**
 * Which language Transcribe is told: of those that the stage names, the one with the record's language and region, or else the first with its
 * language. Where the record says none, or one that the stage does not name, the only one there is, or all of them to choose from.
 *
 * @param tag of BCP 47, as the record says it.
 * @param configured the stage's language codes, at least one.
 * @returns `isStrange`: the record says a language that the stage does not name.
 */
export function chooseLanguage(tag: string | undefined, configured: readonly string[]): { language: ChosenLanguage; isStrange: boolean } {
  const isKnown = tag !== undefined && !UNDETERMINED.test(tag);
  const wanted = isKnown ? partsOf(tag) : undefined;
  const sameLanguage = wanted === undefined ? [] : configured.filter((code) => partsOf(code)?.language === wanted.language);
  const code = sameLanguage.find((one) => partsOf(one)?.region === wanted?.region) ?? sameLanguage[0];
  if (code !== undefined) return { language: { kind: "given", code }, isStrange: false };
  const [only, ...others] = configured;
  const language: ChosenLanguage = only !== undefined && others.length === 0 ? { kind: "given", code: only } : { kind: "identify", codes: [...configured] };
  return { language, isStrange: isKnown };
}

/** In their canonical form: iw is he, cmn is zh. Undefined for what has a tag's shape and is none. */
function partsOf(tag: string): { language: string; region: string | undefined } | undefined {
  try {
    const { language, region } = new Intl.Locale(tag);
    return { language, region };
  } catch {
    return undefined;
  }
}
