// Scripts that write without spaces between words. Korean, written with spaces, is none of them.
const WITHOUT_SPACES = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々、。！？「」]`;
const ENDS_WITHOUT_SPACE = new RegExp(`${WITHOUT_SPACES}$`, "u");
const STARTS_WITHOUT_SPACE = new RegExp(`^${WITHOUT_SPACES}`, "u");

/** Words as a reader writes them down: with spaces, but not next to a letter of a script that has none. */
export function joinWords(words: readonly string[]): string {
  let joined = "";
  for (const word of words) {
    const close = joined === "" || ENDS_WITHOUT_SPACE.test(joined.slice(-2)) || STARTS_WITHOUT_SPACE.test(word);
    joined += close ? word : ` ${word}`;
  }
  return joined;
}
