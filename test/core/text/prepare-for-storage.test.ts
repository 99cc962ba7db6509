import { describe, expect, it } from "vitest";
import { prepareForStorage } from "../../../core/text/prepare-for-storage.ts";

describe("prepareForStorage", () => {
  it.each([
    ["tags go, block ends become lines", "<p>Hello <b>wel</b>come</p><p>Bye</p>", "Hello welcome\n\nBye"],
    ["line breaks", "one<br>two<BR/>three", "one\ntwo\nthree"],
    ["entities are read", "Tom &amp; Ana &eacute;&#233;&#x1F600; &nbsp; ok", "Tom & Ana éé😀 ok"],
    ["scripts and styles go with their words", "a<style>p{color:red}</style><script>alert('<b>')</script>b", "ab"],
    ["comments go", "a<!-- <p>hidden</p> -->b", "ab"],
    ["a > inside quotes does not end a tag", '<a title="a > b" href=\'x\'>link</a>', "link"],
    ["an apostrophe in a tag does no harm", "<p data-x=don't>kept</p>", "kept"],
    ["cells are kept apart", "<table><tr><td>a</td><td>b</td></tr></table>", "a b"],
    ["hearts and comparisons survive", "I <3 it, a < b and c > d, x<y", "I <3 it, a < b and c > d, x<y"],
    ["unknown tags survive", "hi <your name> and <ana@example.com>", "hi <your name> and <ana@example.com>"],
    ["an unclosed tag survives", "the <b is odd", "the <b is odd"],
    ["an unclosed script keeps the words", "<script>and then", "and then"],
    ["written tags are not read twice", "use &lt;b&gt; for bold", "use <b> for bold"],
    ["a parameter is no entity", "https://x.test/?a=1&copy=2", "https://x.test/?a=1&copy=2"],
    ["a doctype and a head go", "<!DOCTYPE html><html><head><title>T</title></head><body>B</body></html>", "B"],
  ])("%s", (_, html, text) => {
    expect(prepareForStorage(html, "review")).toBe(text);
  });

  it("marks quoted blocks of a mail as mails do", () => {
    expect(prepareForStorage("<div>New</div><blockquote>Old<br>words</blockquote><div>End</div>", "email")).toBe("New\n\n> Old\n> words\n\nEnd");
  });

  it("leaves tags alone where no markup travels, but reads entities", () => {
    expect(prepareForStorage("love the <b> tag &lt;3 &amp; more", "social")).toBe("love the <b> tag <3 & more");
  });

  it.each([
    ["composes accents", "cafe\u0301", "café"],
    ["drops zero-width characters", "zero\u200Bwidth\uFEFF\u2060 soft\u00ADhyphen", "zerowidth softhyphen"],
    ["drops direction marks", "\u202Eabc\u202C \u200Fx", "abc x"],
    ["drops unseen tag characters", `ok${String.fromCodePoint(0xe0041, 0xe0042)}`, "ok"],
    ["drops control characters, keeps line breaks", "a\u0000b\u0007c\r\nd\te", "abc\nd e"],
    ["mends half a surrogate pair", "a\ud83db", "a\uFFFDb"],
    ["keeps bound emoji", "👩‍👩‍👧 ❤️", "👩‍👩‍👧 ❤️"],
    ["keeps the joiner of Persian", "می‌خواهم", "می‌خواهم"],
    ["drops loose joiners", "\u200D a \u200C b\u200D", "a b"],
    ["tidies white space", "  a \u00A0 b\n\n\n\n c \u2028 d  ", "a b\n\nc\nd"],
  ])("%s", (_, given, text) => {
    expect(prepareForStorage(given, "chat")).toBe(text);
  });

  it.each(["", " \n\t", "\u200B\u200D\uFEFF", "<p>&nbsp;</p><br>", "<script>x</script>", "\u0000", "\uFE0F"])("leaves nothing of %j", (given) => {
    expect(prepareForStorage(given, "email")).toBe("");
  });

  it("changes nothing the second time", () => {
    for (const text of ["a b\n\nc", "👩‍👩‍👧", "I <3 it", "x \u200D\u200Dy"]) {
      const once = prepareForStorage(text, "chat");
      expect(prepareForStorage(once, "chat")).toBe(once);
    }
  });
});
