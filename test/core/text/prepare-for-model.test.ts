import { describe, expect, it } from "vitest";
import { prepareForModel } from "../../../core/text/prepare-for-model.ts";

describe("prepareForModel", () => {
  it.each([
    ["links", "see https://shop.test/a?b=c and www.x.test now", "see http and http now"],
    ["mentions", "@ana_b thanks, .@Shop.Help!", "@user thanks, .@user!"],
    ["no mention inside a word", "a@b", "a@b"],
    ["hashtags become words", "#NotHappyAtAll #bad_service #ATENÇÃO", "Not Happy At All bad service ATENÇÃO"],
    ["a number is no hashtag", "order #4411", "order #4411"],
    ["elongated words and marks stay", "soooooo goooood, nãããão what?!!!!!! ......", "soooooo goooood, nãããão what?!!!!!! ......"],
    ["but not without end", `s${"o".repeat(500)} ${"A".repeat(31)} ${"!".repeat(500)}`, `s${"o".repeat(30)} ${"A".repeat(30)} ${"!".repeat(30)}`],
    ["nor are numbers cut", `1${"0".repeat(40)}`, `1${"0".repeat(40)}`],
    ["skin tones", "👍🏽 👋🏿", "👍 👋"],
    ["runs of emoji", "😂😂😂😂😂😂 ok", "😂😂😂 ok"],
    ["mathematical letters", "𝗚𝗿𝗲𝗮𝘁 ｆｕｌｌ", "Great full"],
    ["lines", "one\n\ntwo", "one two"],
    ["redaction marks stay", "mail [EMAIL]", "mail [EMAIL]"],
    ["plain words stay", "It's fine, really: 10/10.", "It's fine, really: 10/10."],
  ])("%s", (_, stored, modelText) => {
    expect(prepareForModel(stored, "social")).toBe(modelText);
  });

  it.each([
    ["a signature", "It broke.\n--\nAna Silva\nSales", "It broke."],
    ["quoted lines", "I disagree.\n> You said it works\n> fine\nIt does not.", "I disagree. It does not."],
    ["an English reply", "Still broken.\n\nOn Mon, 3 May 2027 at 10:12, Shop wrote:\n> We love you", "Still broken."],
    ["a reply line in two", "Still broken.\nOn Mon, 3 May 2027,\nShop <a@b.test> wrote:\nold", "Still broken."],
    ["a Portuguese reply", "Não chegou.\nEm seg., 3 de mai. de 2027 às 10:12, Loja escreveu:\nobrigado", "Não chegou."],
    ["a Spanish reply", "No llegó.\nEl lun, 3 may 2027 a las 10:12, Tienda escribió:\ngracias", "No llegó."],
    ["a header of an older mail", "See below.\nFrom: Shop\nSent: Monday\nThank you", "See below."],
    ["an original message", "Bad.\n-----Original Message-----\nGood", "Bad."],
    ["a phone's signature", "Thanks for nothing\nSent from my iPhone", "Thanks for nothing"],
  ])("leaves out of a mail %s", (_, stored, modelText) => {
    expect(prepareForModel(stored, "email")).toBe(modelText);
  });

  it("keeps everything of a mail that says nothing of its own", () => {
    expect(prepareForModel("> only a quote", "email")).toBe("> only a quote");
  });

  it("keeps quotes elsewhere", () => {
    expect(prepareForModel("> a quote\nmine", "chat")).toBe("> a quote mine");
  });

  it("redacts what only unfolding makes readable", () => {
    expect(prepareForModel("card 𝟜𝟙𝟙𝟙 𝟙𝟙𝟙𝟙 𝟙𝟙𝟙𝟙 𝟙𝟙𝟙𝟙 and ⓐna﹫example.com", "chat")).toBe("card [CARD] and [EMAIL]");
  });

  it("does not let a text outgrow its message", () => {
    expect(prepareForModel("ﷺ".repeat(1000), "chat").length).toBeLessThanOrEqual(2000);
  });

  it("is never empty for a text that is not", () => {
    for (const stored of ["#", "👍🏽", "…", "@", "[", "\u{1F3FD}"]) expect(prepareForModel(stored, "email")).not.toBe("");
  });
});
