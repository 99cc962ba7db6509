import { DIGIT, folded, type FoldedText, LETTER } from "./folded-text.ts";

const REACH = 32;

const CUES = new Set(
  (
    "tel telefon telefone telefono teléfono téléphone fone phone phones mobile cell cellphone celular móvil movil cel handy whats whatsapp zap wpp sms call ring text " +
    "ligue ligar liga llame llámame llamar llama appelez rufen anrufen rückruf telefonnummer chiamare fax"
  ).split(" "),
);
const OTHER_NUMBERS = new Set(
  (
    "order pedido protocolo ticket case invoice fatura factura nota tracking rastreio reference ref referencia referência commande bestellung ordine account conta cuenta " +
    "model serial sku code código codigo"
  ).split(" "),
);

/**
 * Whether a word such as "WhatsApp" stands shortly before the number at `start`, with no digit between and no word such as "order"
 * nearer to it.
 */
export function isAnnouncedAsPhone(text: FoldedText, start: number): boolean {
  const { kinds } = text;
  const first = Math.max(0, start - REACH);
  for (let end = start; end > first; ) {
    if ((kinds[end - 1]! & DIGIT) !== 0) return false;
    if ((kinds[end - 1]! & LETTER) === 0) {
      end -= 1;
      continue;
    }
    let wordStart = end - 1;
    // A word may begin a little before the reach; one that does not end is no word of the lists.
    while (wordStart > 0 && end - wordStart < REACH && (kinds[wordStart - 1]! & LETTER) !== 0) wordStart -= 1;
    const word = folded(text, wordStart, end).toLowerCase();
    if (CUES.has(word)) return true;
    if (OTHER_NUMBERS.has(word)) return false;
    end = wordStart;
  }
  return false;
}

const IDENTIFIERS = new Set([...CUES, "cpf", "cnpj", "card", "cartão", "cartao", "tarjeta", "cc", "visa", "mastercard", "amex"]);

/** Whether the letters that touch the number name it, as in `CPF52998224725`. Otherwise it is part of a word or a code. */
export function isNamedByItsWord(text: FoldedText, start: number): boolean {
  let wordStart = start;
  while (wordStart > 0 && start - wordStart < REACH && (text.kinds[wordStart - 1]! & LETTER) !== 0) wordStart -= 1;
  return IDENTIFIERS.has(folded(text, wordStart, start).toLowerCase());
}
