import { describe, expect, it } from "vitest";
import { redact } from "../../../core/redaction/redact.ts";
import { IBAN_COUNTRIES } from "../../../core/redaction/find-ibans.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { alphanumericCnpj, cardOfBrand, cnpj, cpf, email, ibanOf, ipAddress, isCnpjByHand, isLuhn, phone, type Random, randomDigits } from "./personal-data.ts";

/** Of every type, spread over the sentences of three languages. */
const COUNT = 2_100;

const SENTENCES: readonly ((value: string) => string)[] = [
  (value) => `My details are ${value}, please get back to me today.`,
  (value) => `I already gave you "${value}" twice (on 12/05/2024 at 10:30) and nobody came back.`,
  (value) => `${value} is what I typed; order 4411882 for $ 1,234.56 never arrived!`,
  (value) => `Meu dado é ${value}. Podem me responder?`,
  (value) => `Já mandei (${value}) 3 vezes desde 02/03/2026, R$ 1.234,56 até agora…`,
  (value) => `Segue:\n${value}\nObrigada, versão 2.10.4 do app`,
  (value) => `Mis datos: ${value} (gracias)`,
  (value) => `El pedido 20240512001 es de ${value}; pesa 12 kg y costó 59,90 €`,
  (value) => `¿Por qué piden ${value}? #Basta2026`,
];

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)]!;
}

/** What redaction makes of each value that is not what it should be. */
function mistakes(values: readonly string[], type: string): string[] {
  return values.flatMap((value, index) => {
    const sentence = SENTENCES[index % SENTENCES.length]!;
    const { text } = redact(sentence(value));
    return text === sentence(`[${type}]`) ? [] : [`${sentence(value)} → ${text}`];
  });
}

const generated = (seed: number, make: (random: Random) => string): string[] => {
  const random = seededRandom(seed);
  return Array.from({ length: COUNT }, () => make(random));
};

const grouped = (digits: string, lengths: readonly number[], separator: string): string => {
  let position = 0;
  return lengths.map((length) => digits.slice(position, (position += length))).join(separator);
};

function writtenCard(digits: string, random: Random): string {
  const separator = pick([" ", "-", "", " "], random);
  if (separator === "") return digits;
  if (digits.length === 15) return grouped(digits, [4, 6, 5], separator);
  if (digits.length === 14) return grouped(digits, [4, 6, 4], separator);
  return digits.match(/.{1,4}/gu)!.join(separator);
}

const asCpf = (digits: string): string => digits.replace(/(...)(...)(...)(..)/u, "$1.$2.$3-$4");
const asCnpj = (characters: string): string => characters.replace(/(..)(...)(...)(....)(..)/u, "$1.$2.$3/$4-$5");
const withOtherLastDigit = (digits: string): string => `${digits.slice(0, -1)}${(Number(digits.at(-1)) + 1) % 10}`;

describe(`${COUNT} valid identifiers in running text of three languages are all found, and nothing is left of them`, () => {
  it("e-mail addresses", () => expect(mistakes(generated(1, email), "EMAIL")).toEqual([]));

  it("phones of the countries that the documentation names", () => expect(mistakes(generated(2, phone), "PHONE")).toEqual([]));

  it("cards of every brand", () => {
    const cards = generated(3, (random) => {
      for (;;) {
        const digits = cardOfBrand(random);
        // Fourteen digits can be a valid CNPJ as well; then that is what they are called.
        if (!isCnpjByHand(digits)) return writtenCard(digits, random);
      }
    });
    expect(mistakes(cards, "CARD")).toEqual([]);
  });

  it("IBANs of every country", () => {
    const ibans = generated(4, (random) => {
      const plain = ibanOf(pick(IBAN_COUNTRIES, random), random);
      return pick([plain, plain.toLowerCase(), plain.match(/.{1,4}/gu)!.join(" "), plain.match(/.{1,4}/gu)!.join("-")], random);
    });
    expect(mistakes(ibans, "IBAN")).toEqual([]);
  });

  it("CPF", () => {
    const written = generated(5, (random) => {
      const digits = cpf(random);
      return pick([digits, asCpf(digits), `${digits.slice(0, 9)}-${digits.slice(9)}`, grouped(digits, [3, 3, 3, 2], " ")], random);
    });
    expect(mistakes(written, "CPF")).toEqual([]);
  });

  it("CNPJ, with digits and with letters", () => {
    const written = generated(6, (random) => {
      const characters = random() < 0.5 ? cnpj(random) : alphanumericCnpj(random);
      return pick([characters, asCnpj(characters), characters.replace(/(.{8})(.{4})(..)/u, "$1/$2-$3"), asCnpj(characters).toLowerCase()], random);
    });
    expect(mistakes(written, "CNPJ")).toEqual([]);
  });

  it("IP addresses", () => expect(mistakes(generated(7, ipAddress), "IP")).toEqual([]));
});

describe("wrong check digits are no false alarm", () => {
  function touched(values: readonly string[]): string[] {
    return values.filter((value, index) => redact(SENTENCES[index % SENTENCES.length]!(value)).redacted);
  }

  it("of cards", () => {
    const cards = generated(13, (random) => {
      for (;;) {
        const digits = withOtherLastDigit(cardOfBrand(random));
        // Sixteen valid digits and three more are a card and its security code, and taken for that.
        if (!isCnpjByHand(digits) && !isLuhn(digits) && !isLuhn(digits.slice(0, 16))) return writtenCard(digits, random);
      }
    });
    expect(touched(cards)).toEqual([]);
  });

  it("of IBANs", () => {
    const ibans = generated(14, (random) => {
      const plain = withOtherLastDigit(ibanOf(pick(IBAN_COUNTRIES, random), random));
      return pick([plain, plain.match(/.{1,4}/gu)!.join(" ")], random);
    });
    expect(touched(ibans)).toEqual([]);
  });

  it("of CPF with their hyphen, which are no phones either", () => {
    const written = generated(15, (random) => {
      const digits = withOtherLastDigit(cpf(random));
      return pick([asCpf(digits), `${digits.slice(0, 9)}-${digits.slice(9)}`], random);
    });
    expect(touched(written)).toEqual([]);
  });

  it("of CNPJ", () => {
    const written = generated(16, (random) => {
      for (;;) {
        const characters = withOtherLastDigit(random() < 0.5 ? cnpj(random) : alphanumericCnpj(random));
        if (!isLuhn(characters)) return pick([characters, asCnpj(characters)], random);
      }
    });
    expect(touched(written)).toEqual([]);
  });
});

describe("numbers of other kinds are no false alarm", () => {
  const KINDS: Record<string, (random: Random) => string> = {
    "order numbers": (random) => pick([`order ${randomDigits(random, 8)}`, `pedido #${randomDigits(random, 10)}`, `#${randomDigits(random, 12)}`, `PED-${randomDigits(random, 6)}`], random),
    dates: (random) => {
      const [day, month, year] = [1 + Math.floor(random() * 28), 1 + Math.floor(random() * 12), 2000 + Math.floor(random() * 40)].map((part) => String(part).padStart(2, "0"));
      return pick([`${day}/${month}/${year}`, `${year}-${month}-${day}`, `${day}.${month}.${year}`, `${day}-${month}-${year}`, `${day} ${month} ${year} - ${day}.${month}.${year}`], random);
    },
    times: (random) => `${String(Math.floor(random() * 24)).padStart(2, "0")}:${String(Math.floor(random() * 60)).padStart(2, "0")}:${randomDigits(random, 2)}`,
    amounts: (random) => pick([`R$ ${1 + Math.floor(random() * 999)}.${randomDigits(random, 3)}.${randomDigits(random, 3)},${randomDigits(random, 2)}`, `${1 + Math.floor(random() * 999)} ${randomDigits(random, 3)} ${randomDigits(random, 3)} €`, `$${1 + Math.floor(random() * 999)},${randomDigits(random, 3)}.${randomDigits(random, 2)}`], random),
    versions: (random) => `v${Math.floor(random() * 20)}.${Math.floor(random() * 20)}.${Math.floor(random() * 20)}.${Math.floor(random() * 9999)}`,
    hashtags: (random) => `#Promo${randomDigits(random, 4)}x${randomDigits(random, 8)}`,
    measures: (random) => pick([`${randomDigits(random, 4)}x${randomDigits(random, 4)}`, `9${randomDigits(random, 2)} ${randomDigits(random, 3)} ${randomDigits(random, 3)} km`, `${randomDigits(random, 4)} mAh`], random),
  };

  it.each(Object.keys(KINDS))("%s", (kind) => {
    const values = generated(20 + kind.length, KINDS[kind]!);
    const touched = values.filter((value, index) => redact(SENTENCES[index % SENTENCES.length]!(value)).redacted);
    expect(touched).toEqual([]);
  });
});
