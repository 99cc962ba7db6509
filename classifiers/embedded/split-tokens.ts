/** What a token is made of: letters and digits, a sign or punctuation, or an emoji or emoticon. */
export type TokenKind = "word" | "sign" | "emoji";

const SPACE = 0;
const LETTER = 1;
const SIGN = 2;
const PAIR = 3;

// Ranges of our own instead of \p{L}: Unicode's grow with every release of Node, and with them the trained weights would change.
function classOf(code: number): number {
  if (code <= 0x20 || code === 0xa0) return SPACE;
  if (code < 0x80) return isAsciiLetter(code) ? LETTER : SIGN;
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba ? LETTER : SIGN;
  if (code === 0xd7 || code === 0xf7) return SIGN;
  // Punctuation of Arabic and Devanagari.
  if (code === 0x60c || code === 0x61b || code === 0x61f || code === 0x6d4 || code === 0x964 || code === 0x965) return SIGN;
  if (code < 0x2000) return LETTER;
  if (code < 0x2e80) return code <= 0x200b || code === 0x2028 || code === 0x2029 ? SPACE : SIGN;
  if (code >= 0x3000 && code <= 0x3020) return code === 0x3000 ? SPACE : SIGN;
  if (code >= 0xd800 && code <= 0xdbff) return PAIR;
  if (code >= 0xdc00 && code <= 0xf8ff) return SIGN;
  if (code >= 0xfe00 && code <= 0xfe6f) return SIGN;
  return LETTER;
}

function isAsciiLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
}

const CLASSES = new Uint8Array(0x10000);
for (let code = 0; code < CLASSES.length; code += 1) CLASSES[code] = classOf(code);
const CLASS_AT_END = SPACE;

const MOUTHS = new Set(Array.from("()[]dDpP/\\|*3oO", (mouth) => mouth.charCodeAt(0)));
const NOSES = new Set(Array.from("-'^", (nose) => nose.charCodeAt(0)));
const MENTION = "@user";

/** Called for each token in turn; `token` is a piece of the text, or the shortest form of an emoticon or a run of signs. */
export type TokenVisitor = (token: string, kind: TokenKind) => void;

/**
 * Cuts a text into words (`don't` is one), runs of one sign (at most three: `!!!`), emoticons (without nose: `:)`) and emoji, one
 * by one. White space is left out. Linear in the length of the text, whatever it holds.
 */
export function splitTokens(text: string, visit: TokenVisitor): void {
  const length = text.length;
  let position = 0;
  while (position < length) {
    const code = text.charCodeAt(position);
    const kind = CLASSES[code];
    if (kind === SPACE) {
      position += 1;
    } else if (kind === LETTER) {
      const end = endOfWord(text, position + 1);
      visit(text.slice(position, end), "word");
      position = end;
    } else if (kind === PAIR) {
      visit(text.slice(position, position + 2), "emoji");
      position += 2;
    } else {
      position = visitSigns(text, position, code, visit);
    }
  }
}

function endOfWord(text: string, from: number): number {
  let end = from;
  for (;;) {
    const code = text.charCodeAt(end);
    if (classAt(text, end) === LETTER) end += 1;
    else if ((code === 0x27 || code === 0x2019) && classAt(text, end + 1) === LETTER) end += 2;
    else return end;
  }
}

function classAt(text: string, position: number): number {
  return position < text.length ? CLASSES[text.charCodeAt(position)]! : CLASS_AT_END;
}

function visitSigns(text: string, position: number, code: number, visit: TokenVisitor): number {
  const isEye = code === 0x3a || code === 0x3b || code === 0x3d;
  if (isEye) {
    const end = visitEmoticon(text, position, visit);
    if (end !== undefined) return end;
  }
  if (code === 0x3c && text.charCodeAt(position + 1) === 0x33) {
    visit("<3", "emoji");
    return endOfRun(text, position + 1);
  }
  if (code === 0x40 && text.startsWith(MENTION, position)) {
    visit(MENTION, "sign");
    return position + MENTION.length;
  }
  const end = endOfRun(text, position);
  // Dingbats and other pictures of the basic plane (☺ ❤ ⭐) speak as emoji do.
  visit(text.slice(position, Math.min(end, position + 3)), code >= 0x2300 && code < 0x2c00 ? "emoji" : "sign");
  return end;
}

/** Where the emoticon that begins here ends; undefined when none does: "a:b" and "5:30" hold no face. */
function visitEmoticon(text: string, position: number, visit: TokenVisitor): number | undefined {
  const nose = text.charCodeAt(position + 1);
  const mouthAt = NOSES.has(nose) ? position + 2 : position + 1;
  const mouth = text.charCodeAt(mouthAt);
  if (!MOUTHS.has(mouth)) return undefined;
  const end = endOfRun(text, mouthAt);
  if (CLASSES[mouth] === LETTER && classAt(text, end) === LETTER) return undefined;
  const isProtocol = mouth === 0x2f && end - mouthAt > 1;
  if (isProtocol) return undefined;
  const tear = nose === 0x27 ? "'" : "";
  visit(`:${tear}${text[mouthAt]!.toLowerCase()}${end - mouthAt > 1 ? "+" : ""}`, "emoji");
  return end;
}

function endOfRun(text: string, from: number): number {
  const code = text.charCodeAt(from);
  let end = from + 1;
  while (end < text.length && text.charCodeAt(end) === code) end += 1;
  return end;
}
