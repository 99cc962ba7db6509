import { describe, expect, it } from "vitest";
import { RememberedGists } from "../../../lambdas/connect-feedback/remember-gists.ts";

describe("RememberedGists", () => {
  it("knows a gist for half a minute, and only the last one of a contact", () => {
    const remembered = new RememberedGists();
    remembered.add("a", "negative", 1_000);

    expect(remembered.has("a", "negative", 30_999)).toBe(true);
    expect(remembered.has("a", "negative", 31_000)).toBe(false);
    expect(remembered.has("a", "neutral", 1_000)).toBe(false);
    expect(remembered.has("b", "negative", 1_000)).toBe(false);
    remembered.add("a", "neutral", 2_000);
    expect(remembered.has("a", "negative", 2_000)).toBe(false);
  });

  it("forgets those written longest ago before it grows beyond 5,000", () => {
    const remembered = new RememberedGists();
    for (let contact = 0; contact < 5_000; contact += 1) remembered.add(`contact-${contact}`, "same", 0);
    remembered.add("contact-0", "same", 1);
    remembered.add("contact-5000", "same", 1);

    expect(remembered.has("contact-0", "same", 1)).toBe(true);
    expect(remembered.has("contact-1", "same", 1)).toBe(false);
    expect(remembered.has("contact-2", "same", 1)).toBe(true);
  });
});
