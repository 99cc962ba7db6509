import { describe, expect, it } from "vitest";
import { redact } from "../../../core/redaction/redact.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { cardNumber, cnpj, cpf, iban, randomDigits } from "./personal-data.ts";

const SENTENCES: Record<string, (value: string) => string> = {
  en: (value) => `My details are ${value}, please call me back.`,
  pt: (value) => `Meu dado é ${value}. Podem me responder?`,
  es: (value) => `Mis datos: ${value} (gracias)`,
};

describe.each(Object.entries(SENTENCES))("redact, in %s", (language, sentence) => {
  const random = seededRandom(language.codePointAt(0)! * 7919);

  function without(type: string): ReturnType<typeof redact> {
    return { text: sentence(`[${type}]`), redacted: true, counts: { [type]: 1 } };
  }

  function notTakenOut(values: readonly string[], type: string): string[] {
    return values.filter((value) => redact(sentence(value)).text !== sentence(`[${type}]`));
  }

  function touched(values: readonly string[]): string[] {
    return values.filter((value) => redact(sentence(value)).redacted);
  }

  it("takes out 200 generated cards, plain and in groups", () => {
    const cards = Array.from({ length: 200 }, () => cardNumber(random));
    expect(notTakenOut(cards, "CARD")).toEqual([]);
    expect(notTakenOut(cards.map((card) => inFours(card, " ")), "CARD")).toEqual([]);
    expect(notTakenOut(cards.map((card) => inFours(card, "-")), "CARD")).toEqual([]);
  });

  it.each([["full width", 0xff10], ["Arabic", 0x0660], ["Persian", 0x06f0], ["Devanagari", 0x0966]])("takes out cards in digits of %s form", (_, zero) => {
    const written = Array.from({ length: 50 }, () => inFours(cardNumber(random), " ").replaceAll(/\d/gu, (digit) => String.fromCharCode(zero + Number(digit))));
    expect(notTakenOut(written, "CARD")).toEqual([]);
  });

  it("takes out a mail address in full-width letters, and nothing beside it", () => {
    expect(redact(sentence("ａｎａ．ｓｉｌｖａ＠ｅｘａｍｐｌｅ．ｃｏｍ"))).toEqual(without("EMAIL"));
  });

  it("leaves 16 digits alone when the check digit is wrong", () => {
    const wrong = Array.from({ length: 200 }, () => withOtherLastDigit(cardNumber(random)));
    expect(touched(wrong)).toEqual([]);
    expect(touched(wrong.map((digits) => inFours(digits, " ")))).toEqual([]);
  });

  it("takes out CPF and CNPJ, written plain and with marks", () => {
    const people = Array.from({ length: 200 }, () => cpf(random));
    const companies = Array.from({ length: 200 }, () => cnpj(random));
    expect(notTakenOut([...people, ...people.map((digits) => asCpf(digits))], "CPF")).toEqual([]);
    expect(notTakenOut([...companies, ...companies.map((digits) => asCnpj(digits))], "CNPJ")).toEqual([]);
  });

  it("leaves CPF and CNPJ alone when a check digit is wrong", () => {
    expect(touched(Array.from({ length: 200 }, () => asCpf(withOtherLastDigit(cpf(random)))))).toEqual([]);
    expect(touched(Array.from({ length: 200 }, () => asCnpj(withOtherLastDigit(cnpj(random)))))).toEqual([]);
  });

  it.each([["DE", 18], ["ES", 20], ["PT", 21], ["NO", 11], ["BR", 25]] as const)("takes out IBANs of %s; wrong ones stay", (country, bankDigits) => {
    const accounts = Array.from({ length: 40 }, () => iban(country, randomDigits(random, bankDigits)));
    expect(notTakenOut(accounts, "IBAN")).toEqual([]);
    expect(notTakenOut(accounts.map((account) => inFours(account, " ")), "IBAN")).toEqual([]);
    expect(notTakenOut(accounts.map((account) => account.toLowerCase()), "IBAN")).toEqual([]);
    expect(accounts.map((account) => withOtherLastDigit(account)).filter((account) => redact(sentence(account)).counts.IBAN !== undefined)).toEqual([]);
  });

  it.each(["ana@example.com", "joão.silva+loja@correio.exemplo.com.br", "o'neil_99@sub-domain.example.io", "usuário@exámple.es", "A.B@EXAMPLE.CO"])(
    "takes out the address %s",
    (address) => expect(redact(sentence(address))).toEqual(without("EMAIL")),
  );

  it.each(["10.0.0.1", "192.168.100.254", "2001:db8::8a2e:370:7334", "fe80::1ff:fe23:4567:890a", "::ffff:192.0.2.128"])("takes out the address %s", (address) =>
    expect(redact(sentence(address))).toEqual(without("IP")),
  );

  it.each([
    "+55 11 98765-4321", "+55 (11) 98765-4321", "+5511987654321", "(11) 98765-4321", "11 98765-4321", "(21) 3456-7890", "98765-4321", "0800 123 4567",
    "+1 (415) 555-0132", "415-555-0132", "(415) 555-0132", "415.555.2132", "1-800-555-2199", "+44 20 7946 0958", "020 7946 0958", "07700 900123",
    "+34 612 34 56 78", "612 34 56 78", "612 345 678", "+351 912 345 678", "912 345 678", "06 12 34 56 78", "+52 55 1234 5678", "+4915123456789",
  ])("takes out the phone %s", (phone) => expect(redact(sentence(phone))).toEqual(without("PHONE")));
});

describe("redact", () => {
  it.each([
    "It cost R$ 1.234.567,89 or € 12 000 000", "in 2019-2020 and 2024-05-12, 12/05/2024, 12.05.2024 at 10:30:22", "order 1234567890", "pedido 44118822 e protocolo 20240512001",
    "tracking 123456789012", "version 1.2.3.4 and v10.0.0.1", "it is 10:30, see std::vector and a::b", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "iPhone 12 64 128 256",
    "SKU AB12345678901", "ratio 16:9, 1080x1920", "@ana and a @ b", "11111111111", "0000 0000 0000 0000", "a 10 %, 200 of 500",
  ])("leaves alone: %s", (text) => {
    expect(redact(text)).toEqual({ text, redacted: false, counts: {} });
  });

  it("believes a word that announces a phone, unless another number is meant", () => {
    expect(redact("meu WhatsApp é 34567890").text).toBe("meu WhatsApp é [PHONE]");
    expect(redact("call me: 5551234").text).toBe("call me: [PHONE]");
    expect(redact("I will call about order 55512345").redacted).toBe(false);
  });

  it("counts each type and keeps the words around and between", () => {
    expect(redact("a@b.io, 10.0.0.1 and c@d.io; (11) 98765-4321.")).toEqual({
      text: "[EMAIL], [IP] and [EMAIL]; [PHONE].",
      redacted: true,
      counts: { EMAIL: 2, IP: 1, PHONE: 1 },
    });
  });

  it("stops an IBAN where the next word begins", () => {
    expect(redact("DE89 3704 0044 0532 0130 00 THANKS").text).toBe("[IBAN] THANKS");
  });

  it("finds personal data inside a link", () => {
    expect(redact("https://shop.test/reset?mail=ana@example.com&x=1").text).toBe("https://shop.test/reset?mail=[EMAIL]&x=1");
  });

  it("changes nothing the second time", () => {
    const { text } = redact("ana@example.com 4111 1111 1111 1111 (11) 98765-4321 10.0.0.1");
    expect(redact(text)).toEqual({ text, redacted: false, counts: {} });
  });
});

function inFours(digits: string, separator: string): string {
  return digits.match(/.{1,4}/gu)!.join(separator);
}

function withOtherLastDigit(digits: string): string {
  return `${digits.slice(0, -1)}${(Number(digits.at(-1)) + 1) % 10}`;
}

function asCpf(digits: string): string {
  return digits.replace(/(...)(...)(...)(..)/u, "$1.$2.$3-$4");
}

function asCnpj(digits: string): string {
  return digits.replace(/(..)(...)(...)(....)(..)/u, "$1.$2.$3/$4-$5");
}
