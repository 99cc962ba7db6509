/** What makes a finder of personal data look again and again: each is repeated to the length wanted. */
export const ADVERSARIAL_UNITS: Readonly<Record<string, string>> = {
  "@": "@",
  "a@a@": "a@a@",
  "a@a.": "a@a.",
  digits: "1",
  "digits and spaces": "1 ",
  "digits and dots": "1.",
  "digits and hyphens": "1-",
  "digits and slashes": "1/",
  "digits in brackets": "(1)",
  "digits, every separator": "12-34 567.89/",
  "1.1.1.1": "1.1.1.1.",
  "255.255": "255.255.",
  "DE00 DE00": "DE00 DE00 ",
  "wrong IBANs": "DE89 3704 0044 0532 0130 01 ",
  "::::": ":",
  hexadecimal: "0123456789abcdef",
  "hexadecimal groups": "dead:beef:",
  "+1 (": "+1 (",
  emoji: "😀",
  "full-width cards": "４１１１ １１１１ ",
  "Arabic digits": "٠١٢ ",
  "mathematical digits": "𝟜𝟙𝟙𝟙 ",
  "wrong cards": "4111 1111 1111 1112 ",
  "wrong CPF": "111.444.777-34 ",
  "phones": "+55 11 98765-4321 ",
  "announced phones": "tel 1234567 ",
  "CNPJ with letters": "12.ABC.345/01DE-35 ",
  "plain prose": "The order 1234567 arrived on 12/05/2024 at 10:30 for R$ 1.234,56. ",
  mixed: "a@1.1.1.1:DE89 (+1 😀１",
};

export function adversarialText(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}
