import { describe, expect, it } from "vitest";
import { decideRoute, findLosses, flagsOf, type Preflight } from "../../../../core/audio/quality/preflight.ts";
import type { TrackMeasures } from "../../../../core/audio/quality/track-meter.ts";

const GOOD: TrackMeasures = { speechLevelDbfs: -24, peakDbfs: -6, clippedShare: 0, snrDb: 35, speechMs: 30_000, speechShare: 0.5, bandwidthHz: 3_600, segments: 8, narrowband: false };
const SILENT: TrackMeasures = { ...GOOD, speechLevelDbfs: null, peakDbfs: null, snrDb: null, speechMs: 0, speechShare: 0, bandwidthHz: null, segments: 0 };

function losses(preflight: Partial<Preflight>, leastSnrDb = 8): string[] {
  return findLosses({ sampleRate: 16_000, channels: 2, lossy: false, identicalChannels: false, speakerKnown: false, tracks: [GOOD, GOOD], ...preflight }, { leastSnrDb });
}

describe("findLosses", () => {
  it.each<[string, Partial<Preflight>, string[]]>([
    ["nothing", {}, []],
    ["telephony", { sampleRate: 8_000 }, ["narrowband"]],
    ["telephony in a wider file", { tracks: [GOOD, { ...GOOD, narrowband: true }] }, ["narrowband"]],
    ["one channel", { channels: 1, tracks: [GOOD] }, ["mono_two_speakers_possible"]],
    ["one channel of somebody known", { channels: 1, tracks: [GOOD], speakerKnown: true }, []],
    ["two channels of the same", { identicalChannels: true, tracks: [GOOD] }, ["mono_two_speakers_possible", "identical_channels"]],
    ["clipping", { tracks: [GOOD, { ...GOOD, clippedShare: 0.001 }] }, ["clipped"]],
    ["noise", { tracks: [{ ...GOOD, snrDb: 7.9 }, GOOD] }, ["noisy"]],
    ["a noise floor nobody heard", { tracks: [{ ...GOOD, snrDb: null }, GOOD] }, []],
    ["a soft voice", { tracks: [{ ...GOOD, speechLevelDbfs: -47 }, GOOD] }, ["quiet"]],
    ["a word in an hour", { channels: 1, speakerKnown: true, tracks: [{ ...GOOD, speechShare: 0.04 }] }, ["little_speech"]],
    ["MP3", { lossy: true }, ["lossy_codec"]],
    ["a muted agent", { tracks: [GOOD, SILENT] }, ["silent_channel"]],
  ])("says of %s what is lost", (_, preflight, expected) => {
    expect(losses(preflight)).toEqual(expected);
  });

  it("takes what is noisy from the settings", () => {
    expect(losses({ tracks: [{ ...GOOD, snrDb: 12 }] }, 15)).toEqual(["noisy"]);
  });
});

describe("flagsOf", () => {
  it("flags narrowband speech, and poor audio once", () => {
    expect(flagsOf(["narrowband", "clipped", "noisy", "lossy_codec"])).toEqual(["narrowband", "low_quality_audio"]);
    expect(flagsOf(["quiet"])).toEqual(["low_quality_audio"]);
    expect(flagsOf(["lossy_codec", "silent_channel", "little_speech"])).toEqual([]);
  });
});

describe("decideRoute", () => {
  it.each([
    ["direct", "transcribe", ["noisy"], "direct", "record"],
    ["transcribe", "direct", [], "transcribe", "record"],
    [undefined, "direct", [], "direct", "configuration"],
    [undefined, "direct", ["noisy"], "both", "quality"],
    [undefined, "transcribe", ["noisy"], "transcribe", "configuration"],
    [undefined, "both", ["noisy"], "both", "configuration"],
    [undefined, "direct", ["narrowband", "clipped"], "direct", "configuration"],
  ] as const)("asked %s, configured %s, with losses %j: %s by %s", (asked, configured, found, route, routeDecidedBy) => {
    expect(decideRoute(asked, configured, found)).toEqual({ route, routeDecidedBy });
  });
});
