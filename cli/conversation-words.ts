import stringWidth from "string-width";

const words = new Intl.Segmenter(undefined, { granularity: "word" });
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Scripts that put no spaces between words: their lines may break at any word. */
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** What customers wrote, safe to print: a control character would drive the terminal, one of direction turn the rest of the line around. */
export function printable(text: string): string {
  return text
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, "")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
}

/** Lines of at most `width` terminal columns: broken between words, within one only where it is wider than a line. Never cuts through what a reader sees as one character. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const [index, chunk] of printable(text).split(" ").entries()) {
    for (const [part, piece] of piecesOf(chunk, width).entries()) {
      const space = index > 0 && part === 0 && line !== "" ? 1 : 0;
      const pieceWidth = stringWidth(piece);
      if (line !== "" && used + space + pieceWidth > width) {
        lines.push(line);
        [line, used] = [piece, pieceWidth];
      } else {
        line += " ".repeat(space) + piece;
        used += space + pieceWidth;
      }
    }
  }
  return line === "" ? lines : [...lines, line];
}

function piecesOf(chunk: string, width: number): string[] {
  if (stringWidth(chunk) <= width && !WITHOUT_SPACES.test(chunk)) return [chunk];
  const pieces: string[] = [];
  for (const { isWordLike, segment } of words.segment(chunk)) {
    // A full stop stays with the word before it.
    const last = pieces.at(-1);
    if (last !== undefined && isWordLike !== true && stringWidth(last + segment) <= width) pieces[pieces.length - 1] = last + segment;
    else pieces.push(...(stringWidth(segment) <= width ? [segment] : cut(segment, width)));
  }
  return pieces;
}

function cut(word: string, width: number): string[] {
  const pieces = [""];
  for (const { segment } of graphemes.segment(word)) {
    const last = pieces.at(-1)!;
    if (last !== "" && stringWidth(last + segment) > width) pieces.push(segment);
    else pieces[pieces.length - 1] = last + segment;
  }
  return pieces;
}
