/** Digits as they stand in a text, `text.slice(start, end)`, separators between the groups. */
export interface WrittenNumber {
  text: string;
  groups: readonly { digits: string; start: number; end: number }[];
  /** All groups together. */
  digits: string;
  start: number;
  end: number;
}

/** `shape`: the lengths of the groups, joined by `-`. 7 to 15 digits (E.164), never a date, an amount or a bare order number. */
export function looksLikePhone(number: WrittenNumber, shape: string): boolean {
  const { text, digits, start, end } = number;
  if (digits.length > 15 || digits.length < 7) return false;
  const opening = text.slice(Math.max(0, start - 3), start);
  if (/\+[ (]{0,2}$/u.test(opening)) return digits.length >= 8 && !/\d\+/u.test(text.slice(Math.max(0, start - 4), start));
  const written = text.slice(start, end);
  // Slashes write dates; a dot before exactly three digits may write thousands.
  if (written.includes("/") || AMOUNT.test(written)) return false;
  if (PRICE_AROUND.test(text.slice(Math.max(0, start - 4), start)) || /^\s?(?:€|R\$|reais|euros?|%|kg|km)/iu.test(text.slice(end, end + 8))) return false;
  if (opening.endsWith("(") && digits.length <= 11 && BRACKETED.test(shape) && written.includes(")")) return true;
  if (NATIONAL[shape]?.test(digits) === true && !YEARS.test(written)) return true;
  return cuedAsPhone(text.slice(Math.max(0, start - CUE_REACH), start)) && shape !== "4-2-2" && shape !== "2-2-4";
}

const AMOUNT = /^\d{1,3}(?:\.\d{3})+$|^\d{1,3}(?: 000)+$/u;
const PRICE_AROUND = /(?:[$€£¥]|R\$|US\$)\s?$/u;
const YEARS = /^(?:19|20)\d\d\D+(?:19|20)\d\d$/u;
const BRACKETED = /^[1-4](?:-\d{1,5}){1,4}$/u;

/** How numbers are written at home, by the lengths of their groups. */
const NATIONAL: Record<string, RegExp> = {
  "3-3-4": /^[2-9]\d{2}[2-9]\d{6}$|^3\d{9}$|^0\d{9}$/u, // North America, Italian mobile, Britain
  "1-3-3-4": /^1[2-9]\d{2}\d{7}$/u, // North America with its prefix
  "2-5-4": /^[1-9][1-9]9\d{8}$|^0\d{10}$/u, // Brazil, mobile
  "2-1-4-4": /^[1-9][1-9]9\d{8}$/u,
  "2-4-4": /^[1-9]\d[2-5]\d{7}$|^[1-9]{2}\d{8}$|^0\d{9}$/u, // Brazil, landline; Mexico; Argentina; Italy
  "5-4": /^9\d{8}$/u, // Brazil, mobile, without area
  "4-3-4": /^0\d{10}$/u, // Brazil 0800, Britain
  "4-3-3": /^0\d{9}$/u,
  "3-3-3": /^[69]\d{8}$|^2[1-9]\d{7}$|^7\d{8}$/u, // Spain, Portugal
  "3-2-2-2": /^[6-9]\d{8}$/u, // Spain
  "2-3-2-2": /^9\d{8}$|^0\d{8}$/u,
  "2-3-3": /^9\d{7}$/u,
  "2-2-2-2-2": /^0[1-9]\d{8}$/u, // France
  "5-6": /^0\d{10}$/u, // Britain, mobile
  "3-4-4": /^0\d{10}$/u, // London; China and Korea, mobile
  "3-8": /^01\d{9}$|^0\d{10}$/u,
  "4-7": /^01\d{9}$/u, // Germany, mobile
  "4-8": /^01\d{10}$/u,
  "3-6": /^0\d{8}$/u,
  "3-7": /^0\d{9}$|^3\d{9}$/u,
  "4-6": /^0\d{9}$/u,
  "11": /^[1-9][1-9]9[6-9]\d{7}$/u, // Brazil, mobile, unbroken: the one bare number plain enough to be taken without a cue
};

const CUE_REACH = 32;
const CUES =
  /(?<![\p{L}])(?:tel|telefone?|teléfono|telefono|téléphone|fone|phone|mobile|cell|cellphone|celular|móvil|movil|cel|handy|whats ?app|zap|wpp|call|ring|text|sms|ligue|ligar|liga|llame|llámame|llamar|llama|appelez|rufen|anrufen|chiamare)(?![\p{L}])[^\d]*$/iu;
const OTHER_NUMBERS =
  /(?<![\p{L}])(?:order|pedido|protocolo|ticket|case|invoice|fatura|factura|nota|tracking|rastreio|reference|ref|referencia|commande|bestellung|ordine|account|conta|cuenta|model|serial|sku|code|código|codigo|nº de pedido)(?![\p{L}])/iu;

/** A word such as "WhatsApp" shortly before, and no word such as "order" after it. */
function cuedAsPhone(before: string): boolean {
  const cue = CUES.exec(before);
  return cue !== null && !OTHER_NUMBERS.test(cue[0]);
}
