import { describe, expect, it } from "vitest";
import { lexiconLabel } from "../../../../training/text/lexicon/lexicon-label.ts";

describe("the lexicon", () => {
  it.each([
    ["en", "It is good", "It is not good"],
    ["pt", "Isso é bom", "Isso não é bom"],
    ["es", "Es bueno", "No es bueno"],
    ["fr", "C'est excellent", "Ce n'est pas excellent"],
    ["de", "Das ist gut", "Das ist nicht gut"],
    ["it", "È eccellente", "Non è eccellente"],
  ])("turns what is negated, in %s", (language, plain, negated) => {
    expect([lexiconLabel(plain, language), lexiconLabel(negated, language)]).toEqual(["positive", "negative"]);
  });

  it("gives more weight to what follows a contrast", () => {
    expect(lexiconLabel("the food was good but the service was bad", "en")).toBe("negative");
    expect(lexiconLabel("the service was bad but the food was good", "en")).toBe("positive");
  });

  it("is neutral where no word speaks, and silent in a language without a list", () => {
    expect(lexiconLabel("The parcel is on the table", "en")).toBe("neutral");
    expect(lexiconLabel("anything", "ja")).toBeUndefined();
  });
});
