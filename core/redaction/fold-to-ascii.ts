const FOREIGN = /[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F\uFE6B\uFF01-\uFF5E]/gu;

/**
 * The text with the digits of Arabic, Persian and Devanagari and East Asia's full-width forms as ASCII, of the same length:
 * what is found in it stands at the same place in the text. A card number typed in full-width digits is a card number.
 */
export function foldToAscii(text: string): string {
  return text.search(FOREIGN) === -1 ? text : text.replace(FOREIGN, toAscii);
}

function toAscii(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff01) return String.fromCharCode(code - 0xfee0);
  if (code === 0xfe6b) return "@";
  const zero = code >= 0x0966 ? 0x0966 : code >= 0x06f0 ? 0x06f0 : 0x0660;
  return String(code - zero);
}
