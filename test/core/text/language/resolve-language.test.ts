import { brotliDecompressSync } from "node:zlib";
import { eld } from "eld/extrasmall";
import { describe, expect, it } from "vitest";
import { scoreLetterGroups } from "../../../../core/text/language/letter-groups.ts";
import { PROFILED_LANGUAGES } from "../../../../core/text/language/profile-format.ts";
import { PROFILES } from "../../../../core/text/language/profiles.ts";
import { detectLanguage, resolveLanguage } from "../../../../core/text/language/resolve-language.ts";
import { serialProfiles } from "../../../../scripts/write-language-profiles.ts";

const SENTENCES: Record<string, string> = {
  en: "The delivery took two weeks and nobody answered my messages.",
  pt: "A entrega demorou duas semanas e ninguém respondeu às minhas mensagens.",
  es: "La entrega tardó dos semanas y nadie respondió a mis mensajes.",
  fr: "La livraison a pris deux semaines et personne n'a répondu à mes messages.",
  de: "Die Lieferung dauerte zwei Wochen und niemand hat auf meine Nachrichten geantwortet.",
  it: "La consegna ha richiesto due settimane e nessuno ha risposto ai miei messaggi.",
  nl: "De levering duurde twee weken en niemand heeft op mijn berichten gereageerd.",
  pl: "Dostawa trwała dwa tygodnie i nikt nie odpowiedział na moje wiadomości.",
  ca: "El lliurament va trigar dues setmanes i ningú va respondre als meus missatges.",
  tr: "Teslimat iki hafta sürdü ve kimse mesajlarıma cevap vermedi.",
  ru: "Доставка заняла две недели, и никто не ответил на мои сообщения.",
  uk: "Доставка тривала два тижні, і ніхто не відповів на мої повідомлення.",
  ar: "استغرق التوصيل أسبوعين ولم يرد أحد على رسائلي.",
  hi: "डिलीवरी में दो हफ्ते लगे और किसी ने मेरे संदेशों का जवाब नहीं दिया।",
  ja: "配達に二週間かかり、誰も私のメッセージに返信しませんでした。",
  zh: "送货花了两个星期,没有人回复我的消息。",
  ko: "배송에 2주가 걸렸고 아무도 내 메시지에 답하지 않았습니다.",
  th: "การจัดส่งใช้เวลาสองสัปดาห์และไม่มีใครตอบข้อความของฉัน",
  el: "Η παράδοση κράτησε δύο εβδομάδες και κανείς δεν απάντησε.",
  he: "המשלוח לקח שבועיים ואף אחד לא ענה להודעות שלי.",
};

describe("detectLanguage", () => {
  it.each(Object.entries(SENTENCES))("knows %s", (language, sentence) => {
    // Russian has Bulgarian, and Hindi Marathi, too close by for certainty in one sentence.
    expect(detectLanguage(sentence)).toEqual({ language, certain: language !== "ru" && language !== "hi" });
  });

  it.each(["", "12345 !!!", "😀😀", "http @user [EMAIL]", "xkcd zzz qqq"])("cannot tell %j", (text) => {
    expect(detectLanguage(text)).toEqual({ language: "und", certain: false });
  });

  it("is not certain of a single short word", () => {
    expect(detectLanguage("no").certain).toBe(false);
  });

  it("does not read links, mentions and redaction marks as English", () => {
    expect(detectLanguage("@user @user http [EMAIL] [PHONE] obrigado pela atenção, chegou tudo certinho").language).toBe("pt");
  });
});

describe("resolveLanguage", () => {
  it.each([
    ["PT-br", "pt-BR"],
    ["en", "en"],
    ["zh-hant-tw", "zh-Hant-TW"],
    ["x-foo", "x-foo"],
  ])("keeps the producer's %s as %s and adds no flag", (given, language) => {
    expect(resolveLanguage(given, SENTENCES["de"]!)).toEqual({ language, flags: [] });
  });

  it("says how it came to its language", () => {
    expect(resolveLanguage(undefined, SENTENCES["es"]!).flags).toEqual(["language_detected"]);
    expect(resolveLanguage(undefined, "no").flags).toContain("language_uncertain");
    expect(resolveLanguage(undefined, "42")).toEqual({ language: "und", flags: ["language_uncertain"] });
  });
});

describe("profiles", () => {
  it("are what the generator writes from the package", async () => {
    // Compared as a boolean: a difference of 280 KB helps nobody.
    expect(brotliDecompressSync(Buffer.from(PROFILES, "base64")).equals(await serialProfiles())).toBe(true);
  });

  it("score as the package does, restricted to the same languages", () => {
    eld.setLanguageSubset(PROFILED_LANGUAGES);
    const texts = Object.values(SENTENCES).flatMap((sentence) => [sentence, sentence.slice(0, 25), sentence.toUpperCase(), `'${sentence.slice(9, 40)}’`]);
    const differing = texts.filter((text) => (scoreLetterGroups(text).best ?? "") !== eld.detect(text).language);
    expect(differing).toEqual([]);
  });
});
