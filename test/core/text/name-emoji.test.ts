import { describe, expect, it } from "vitest";
import { EMOJI_LANGUAGES, EMOJI_NAMES } from "../../../core/text/emoji-names.ts";
import { nameEmoji } from "../../../core/text/name-emoji.ts";

describe("the table of names", () => {
  it("has a short name for each of some hundred emoji in every language, and no emoji in a name", () => {
    expect(EMOJI_NAMES.size).toBeGreaterThan(250);
    for (const names of EMOJI_NAMES.values()) {
      expect(names).toHaveLength(EMOJI_LANGUAGES.length);
      for (const name of names) {
        expect(name).toMatch(/^[¡¿]?\p{L}[\p{L}\p{M}' ,.!?-]{0,40}$/u);
        expect(name).not.toMatch(/\p{Extended_Pictographic}/u);
      }
    }
  });

  it("holds every emoji as it is looked up: without selectors and skin tones", () => {
    for (const emoji of EMOJI_NAMES.keys()) expect(emoji).not.toMatch(/\uFE0F|\uFE0E|\u{1F3FB}|\u{1F3FC}|\u{1F3FD}|\u{1F3FE}|\u{1F3FF}/u);
  });
});

describe("nameEmoji", () => {
  it.each([
    ["Great 👍", "en", "Great good, thumbs up"],
    ["Péssimo 😡", "pt-BR", "Péssimo com raiva"],
    ["Genial 😂", "es-419", "Genial muerto de risa"],
    ["Nul 👎", "fr", "Nul mauvais, pouce baissé"],
    ["Toll 😍", "DE", "Toll verliebt"],
    ["Bello 😢", "it", "Bello triste, piange"],
    ["良い 😍", "ja", "良い in love"],
    ["😍", "und", "in love"],
  ])("names %s in %s", (text, language, named) => {
    expect(nameEmoji(text, language)).toBe(named);
  });

  it.each([
    ["👍🏽", "good, thumbs up"],
    ["❤️", "love"],
    ["☺︎", "happy smile"],
    ["🤦🏿‍♀️", "facepalm, frustrated"],
    ["🤷‍♂️", "shrug, no idea"],
    ["❤️‍🔥", "burning love"],
    ["😮‍💨", "tired sigh"],
    ["👩🏽‍❤️‍💋‍👨🏿", "couple kissing"],
    ["😀\u200D😡", "happy smile angry"],
  ])("takes %s for one emoji whatever it wears", (text, named) => {
    expect(nameEmoji(text, "en")).toBe(named);
  });

  it.each([
    ["so good😍!", "so good in love!"],
    ["(😡)", "(angry)"],
    ["😍😍 ok", "in love in love ok"],
    ["a😍b", "a in love b"],
    ["no\n😍\nyes", "no\nin love\nyes"],
    ["😍 ", "in love "],
  ])("sets names apart from what stands beside them: %j", (text, named) => {
    expect(nameEmoji(text, "en")).toBe(named);
  });

  it.each(["", "no emoji at all", "1️⃣ #️⃣ © ™ ®", "🇧🇷", "👨‍👩‍👧", "🏴‍☠️", "🦆", "\u200D\uFE0F", "\uD83D"])("leaves %j alone", (text) => {
    expect(nameEmoji(text, "en")).toBe(text);
  });

  it.each(["😀", "😀\u200D", "\u200D", "👍🏽", "a😀", "👨\u200D", "❤\uFE0F\u200D", "🏽"])("takes time in proportion to a text of nothing but %j", (unit) => {
    const time = (length: number): number => {
      const text = unit.repeat(length);
      const started = performance.now();
      nameEmoji(text, "en");
      return performance.now() - started;
    };
    time(20_000);
    const small = Math.min(time(20_000), time(20_000));
    const large = Math.min(time(160_000), time(160_000));
    // Eight times the text; a quadratic scan would take 64 times as long.
    expect(large).toBeLessThan(Math.max(25 * small, 50));
  });
});
