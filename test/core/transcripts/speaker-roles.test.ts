import { describe, expect, it } from "vitest";
import { inferRoles, nameSpeakers } from "../../../core/transcripts/speaker-roles.ts";
import type { Utterance } from "../../../core/transcripts/utterance.ts";
import { type Dialogue, DIALOGUES, HARD_DIALOGUES } from "./dialogues.ts";

function utterancesOf(lines: readonly string[]): Utterance[] {
  return lines.map((line, index) => {
    const [, label = "", text = ""] = /^(\w+): (.*)$/u.exec(line)!;
    return { index, startMs: index * 3_000, endMs: index * 3_000 + 2_500, text, label };
  });
}

/** Voices, by whether the rule names them rightly, wrongly or not at all. */
function judged(dialogues: readonly Dialogue[]): { right: number; wrong: number; unnamed: number } {
  const verdicts = dialogues.flatMap(({ lines }) => {
    const roles = inferRoles(utterancesOf(lines));
    return [...new Set(lines.map((line) => line.split(":")[0]!))].map((label) => {
      const role = roles.get(label);
      if (role === undefined) return "unnamed";
      return role.speaker === (label.startsWith("A") ? "agent" : "customer") ? "right" : "wrong";
    });
  });
  const count = (wanted: string): number => verdicts.filter((verdict) => verdict === wanted).length;
  return { right: count("right"), wrong: count("wrong"), unnamed: count("unnamed") };
}

describe("who speaks on one channel", () => {
  // The numbers of docs/transcripts.md: whoever changes cues or weights sees here what it does.
  it("is told of most voices of ordinary calls, and of the others nothing is said", () => {
    expect(DIALOGUES.length).toBeGreaterThanOrEqual(40);
    expect(judged(DIALOGUES)).toEqual({ right: 79, wrong: 0, unnamed: 14 });
  });

  it.each(["en", "es", "pt", "de", "fr", "it"])("is told in %s", (language) => {
    const { right, unnamed, wrong } = judged(DIALOGUES.filter((dialogue) => dialogue.language === language));
    expect(right / (right + wrong + unnamed)).toBeGreaterThanOrEqual(0.75);
  });

  it("is told wrongly where people talk like the other side", () => {
    expect(judged(HARD_DIALOGUES)).toEqual({ right: 1, wrong: 19, unnamed: 0 });
  });

  it("has a confidence that grows with the evidence, and one voice is nobody", () => {
    const little = inferRoles(utterancesOf(["X: Yes, what is it?", "Y: My parcel is still not here, I was told Monday."])).get("Y");
    const much = inferRoles(utterancesOf(["X: Thank you for calling, how can I help?", "Y: My parcel is still not here, I was told Monday.", "X: Let me check. Could I have your order number?"])).get("Y");

    expect(little?.speaker).toBe("customer");
    expect(much?.speaker).toBe("customer");
    expect(much!.confidence).toBeGreaterThan(little!.confidence);
    expect(much!.confidence).toBeLessThanOrEqual(0.99);
    expect(inferRoles(utterancesOf(["X: Thank you for calling, how can I help?"]))).toEqual(new Map());
  });

  it("does not depend on how the voices are called", () => {
    const lines = DIALOGUES[0]!.lines;
    const renamed = lines.map((line) => line.replace(/^A:/u, "Z:"));

    expect(inferRoles(utterancesOf(renamed)).get("Z")).toEqual(inferRoles(utterancesOf(lines)).get("A"));
  });
});

describe("the speakers of utterances", () => {
  const utterances = utterancesOf(DIALOGUES[0]!.lines);

  it("are their channels', and nothing is inferred", () => {
    const named = nameSpeakers(utterances.map((utterance, index) => ({ ...utterance, channel: index % 2 })), ["agent", "customer"]);

    expect(named.map(({ speaker, speakerConfidence }) => [speaker, speakerConfidence])).toEqual([["agent", undefined], ["customer", undefined], ["agent", undefined], ["customer", undefined]]);
  });

  it("are the one that the request names, whatever they say", () => {
    expect(new Set(nameSpeakers(utterances, ["customer"]).map(({ speaker }) => speaker))).toEqual(new Set(["customer"]));
  });

  it("are inferred on one channel, with the confidence", () => {
    const named = nameSpeakers(utterances, [undefined]);

    expect(named.map(({ speaker }) => speaker)).toEqual(["agent", "customer", "agent", "customer"]);
    expect(named.every(({ speakerConfidence = 0 }) => speakerConfidence >= 0.7)).toBe(true);
  });

  it("stay unknown where a channel's is unknown and the other one speaks, too", () => {
    expect(nameSpeakers(utterances.map((utterance, index) => ({ ...utterance, channel: index % 2 })), ["agent", undefined]).map(({ speaker }) => speaker)).toEqual(["agent", undefined, "agent", undefined]);
  });
});
