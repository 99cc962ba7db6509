import { describe, expect, it } from "vitest";
import { splitTokens } from "../../../classifiers/embedded/split-tokens.ts";

function split(text: string): string[] {
  const tokens: string[] = [];
  splitTokens(text, (token, kind) => tokens.push(`${kind[0]}:${token}`));
  return tokens;
}

describe("the tokens of a text", () => {
  it.each([
    ["words with apostrophes", "I don't, l’été 'quoted'", ["w:I", "w:don't", "s:,", "w:l’été", "s:'", "w:quoted", "s:'"]],
    ["runs of a sign, at most three", "No!!!!! what?! wait....", ["w:No", "s:!!!", "w:what", "s:?", "s:!", "w:wait", "s:..."]],
    ["emoticons without their noses", ":-) ;) :'( =D :((( <333", ["e::)", "e::)", "e::'(", "e::d", "e::(+", "e:<3"]],
    ["no face in times, ratios and links", "5:30 a:b http://x", ["w:5", "s::", "w:30", "w:a", "s::", "w:b", "w:http", "s::", "s://", "w:x"]],
    ["emoji one by one, in both planes", "😍😍❤☺ok", ["e:😍", "e:😍", "e:❤", "e:☺", "w:ok"]],
    ["mentions", "@user hi @users", ["s:@user", "w:hi", "s:@user", "w:s"]],
    ["other scripts", "لا، यह अच्छा है। 很好", ["w:لا", "s:،", "w:यह", "w:अच्छा", "w:है", "s:।", "w:很好"]],
  ])("are %s", (_, text, tokens) => {
    expect(split(text)).toEqual(tokens);
  });

  it("lose nothing but white space, whatever the text holds", () => {
    for (const text of ["a\ud800b", "\udc00", "￿\ufffe", "x\u00a0y\u3000z"]) {
      expect(split(text).map((token) => token.slice(2)).join("")).toBe(text.replaceAll(/[\u00a0\u3000]/gu, ""));
    }
  });
});
