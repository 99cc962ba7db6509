import { beforeAll, describe, expect, it } from "vitest";
import type { DecodedAudio } from "../../../core/audio/decode/decode-audio.ts";
import { type HeardSegment, type Hearing, hearRecording, type HearingOptions } from "../../../core/audio/hear-recording.ts";
import { AudioSegmentSchema } from "../../../core/contracts/audio-job.ts";
import type { AudioSettings } from "../../../core/contracts/audio-settings.ts";
import { TrackQualitySchema } from "../../../core/contracts/preflight-report.ts";
import { makeSpeech, RATE, readClips } from "./speech/made-set.ts";

const SETTINGS: AudioSettings = { speakers: ["customer", "agent"], route: "direct", language: "en", maximumMinutes: 60, maximumMiB: 100, leastSnrDb: 8, quietSeconds: 60 };

let customer: Float32Array;
let agent: Float32Array;
let noisy: Float32Array;
beforeAll(async () => {
  const clips = [...(await readClips()).values()];
  customer = makeSpeech({ clips, seed: 1, seconds: 25, noise: "white", snrDb: 30 }).samples;
  agent = makeSpeech({ clips, seed: 2, seconds: 25, noise: "white", snrDb: 30 }).samples;
  noisy = makeSpeech({ clips, seed: 3, seconds: 25, noise: "white", snrDb: 5 }).samples;
});

function decoded(channels: Float32Array[], { blockLength = 9_999, ...format }: { blockLength?: number; sampleRate?: number; lossy?: boolean } = {}): DecodedAudio {
  async function* blocks(): AsyncGenerator<Float32Array[]> {
    for (let start = 0; start < (channels[0]?.length ?? 0); start += blockLength) yield channels.map((channel) => channel.subarray(start, start + blockLength));
  }
  return { format: { container: "wav", codec: "pcm_s16le", sampleRate: RATE, channels: channels.length, lossy: false, ...format }, blocks: blocks() };
}

async function hear(audio: DecodedAudio, options: Partial<HearingOptions> & { settings?: Partial<AudioSettings> } = {}): Promise<{ hearing: Hearing; given: HeardSegment[] }> {
  const given: HeardSegment[] = [];
  const hearing = await hearRecording(audio, { ...SETTINGS, ...options.settings }, { ...options, onSegment: async (segment) => void given.push(segment) });
  return { hearing, given };
}

describe("hearRecording", () => {
  it("hears each speaker of a stereo call: segments in the order of their ends that sum to the speech found", async () => {
    const { hearing, given } = await hear(decoded([customer, agent]));

    expect(hearing).toMatchObject({ durationMs: 25_000, losses: [], flags: [], route: "direct", routeDecidedBy: "configuration" });
    expect(hearing.segments.length).toBeGreaterThan(8);
    expect(given).toMatchObject(hearing.segments);
    expect(hearing.segments.map(({ index }) => index)).toEqual(hearing.segments.map((_, index) => index));
    expect(hearing.segments.map(({ endMs }) => endMs)).toEqual(hearing.segments.map(({ endMs }) => endMs).sort((one, other) => one - other));
    for (const [track, speaker] of (["customer", "agent"] as const).entries()) {
      const own = hearing.segments.filter((segment) => segment.track === track);
      expect(own.every((segment) => segment.speaker === speaker && AudioSegmentSchema.safeParse(segment).success)).toBe(true);
      expect(TrackQualitySchema.parse(hearing.tracks[track])).toMatchObject({ track, speaker, segments: own.length, speechMs: own.reduce((sum, { endMs, startMs }) => sum + endMs - startMs, 0) });
      expect(Math.abs((hearing.tracks[track]?.snrDb ?? NaN) - 30)).toBeLessThan(3);
    }
    for (const { endMs, samples, startMs } of given) expect(samples).toHaveLength((endMs - startMs) * 16);
  });

  it("hears the same however the decoder cuts its blocks", async () => {
    const [whole, cut] = await Promise.all([hear(decoded([customer, agent], { blockLength: 65_536 })), hear(decoded([customer, agent], { blockLength: 1_111 }))]);

    expect(cut.hearing).toEqual(whole.hearing);
  });

  it("hears a stereo recording of one voice once, as nobody's", async () => {
    const { hearing } = await hear(decoded([customer, customer.map((sample) => sample + 1 / 32_768)]));
    const mono = await hear(decoded([customer]));

    expect(hearing.losses).toEqual(["mono_two_speakers_possible", "identical_channels"]);
    expect(hearing.tracks).toEqual(mono.hearing.tracks);
    expect(hearing.segments).toEqual(mono.hearing.segments);
    expect(hearing.segments[0]).not.toHaveProperty("speaker");
  });

  it("begins the second track where the channels first differ, and loses nothing of either", async () => {
    const differFrom = 12 * RATE;
    const right = customer.map((sample, n) => (n < differFrom ? sample : (agent[n] ?? 0)));
    const { hearing, given } = await hear(decoded([customer, right]));
    const alone = await hear(decoded([right, customer]));

    expect(hearing.tracks.map(({ speaker }) => speaker)).toEqual(["customer", "agent"]);
    expect(given[0]).not.toHaveProperty("speaker");
    expect(hearing.segments[0]).toHaveProperty("speaker", "customer");
    const after = ({ segments }: Hearing, track: number): number[] => segments.filter((segment) => segment.track === track && segment.startMs > 12_500).map(({ startMs }) => startMs);
    expect(after(hearing, 1)).toEqual(after(alone.hearing, 0));
    expect(after(hearing, 1).length).toBeGreaterThan(1);
  });

  it("names the speaker of a mono recording where the record did, and follows the record's route", async () => {
    const { hearing } = await hear(decoded([customer], { lossy: true }), { speaker: "agent", route: "transcribe" });

    expect(hearing).toMatchObject({ losses: ["lossy_codec"], route: "transcribe", routeDecidedBy: "record" });
    expect(new Set(hearing.segments.map(({ speaker }) => speaker))).toEqual(new Set(["agent"]));
  });

  it("hears the words too where the voice is noisy, and says that a channel was silent", async () => {
    const { hearing } = await hear(decoded([noisy, new Float32Array(noisy.length)]));

    expect(hearing).toMatchObject({ losses: ["noisy", "silent_channel"], flags: ["low_quality_audio"], route: "both", routeDecidedBy: "quality" });
    expect(hearing.tracks[1]).toMatchObject({ segments: 0, speechMs: 0, peakDbfs: null });
  });

  it.each([
    ["audio_empty", () => [new Float32Array(0)], 60],
    ["audio_silent", () => [new Float32Array(5 * RATE), new Float32Array(5 * RATE)], 60],
    ["audio_too_long", () => [new Float32Array(60 * RATE + 1)], 1],
  ])("refuses with %s", async (code, channels, maximumMinutes) => {
    await expect(hear(decoded(channels()), { settings: { maximumMinutes } })).rejects.toMatchObject({ name: "AudioRefusedError", code });
  });

  it("lets the decoder's refusal through", async () => {
    const broken: DecodedAudio = { ...decoded([customer]), blocks: (async function* () { yield [customer]; throw new RangeError("the decoder's own"); })() };

    await expect(hear(broken)).rejects.toThrow("the decoder's own");
  });
});
