import { beforeAll, describe, expect, it } from "vitest";
import { LevelHistogram } from "../../../../core/audio/quality/level-histogram.ts";
import { type TrackMeasures, TrackMeter } from "../../../../core/audio/quality/track-meter.ts";
import { makeNoise, RATE, readClips, throughTelephone } from "../speech/made-set.ts";
import { pcm } from "../speech/pcm.ts";

const SECONDS = 4;

function sine(frequency: number, amplitude: number): Float32Array {
  return Float32Array.from({ length: SECONDS * RATE }, (_, n) => amplitude * Math.sin((2 * Math.PI * frequency * n) / RATE));
}

/** Of a track whose second and third of four seconds are called speech. */
function measure(samples: Float32Array): TrackMeasures {
  const meter = new TrackMeter();
  meter.hearSource(samples);
  const heard = pcm(samples);
  meter.hear(heard);
  meter.addSegment(heard.subarray(62 * 256, 186 * 256), 1_984);
  return meter.measures(SECONDS * 1_000);
}

describe("TrackMeter", () => {
  it("knows a sine's level, peak and frequency", () => {
    const measures = measure(sine(1_000, 0.1));

    // The root mean square of a sine lies 3.01 dB below its peak.
    expect(measures.speechLevelDbfs).toBeCloseTo(-23, 0);
    expect(measures.peakDbfs).toBeCloseTo(-20, 1);
    expect(measures.bandwidthHz).toBeGreaterThan(970);
    expect(measures.bandwidthHz).toBeLessThan(1_070);
    expect(measures).toMatchObject({ clippedShare: 0, segments: 1, speechMs: 1_984, speechShare: 0.496 });
  });

  it.each([30, 20, 10, 3])("measures a signal-to-noise ratio of %i dB within 1 dB", (snrDb) => {
    const noise = makeNoise("white", SECONDS * RATE, 1, []);
    const gain = Math.sqrt(0.1 ** 2 / 2) * 10 ** (-snrDb / 20);
    const samples = sine(1_000, 0.1).map((sample, n) => (n >= 62 * 256 && n < 186 * 256 ? sample : 0) + gain * (noise[n] ?? 0));

    expect(Math.abs((measure(samples).snrDb ?? NaN) - snrDb)).toBeLessThan(1);
  });

  it("does not call digital silence a noise floor, nor a track without a pause", () => {
    const meter = new TrackMeter();
    const heard = pcm(sine(1_000, 0.1));
    meter.hear(heard);
    meter.addSegment(heard, SECONDS * 1_000);

    expect(meter.measures(SECONDS * 1_000).snrDb).toBeNull();
    expect(measure(sine(1_000, 0.1).map((sample, n) => (n >= 62 * 256 && n < 186 * 256 ? sample : 0))).snrDb).toBeNull();
  });

  it("counts clipped samples: those at full scale in runs of three", () => {
    const clipped = sine(1_000, 2).map((sample) => Math.max(-1, Math.min(1, sample)));
    // Above half its height is a sine for two thirds of the time: 10 to 11 of 16 samples, both at the top and at the bottom.
    expect(measure(clipped).clippedShare).toBeGreaterThan(0.6);
    expect(measure(clipped).clippedShare).toBeLessThan(0.7);
    expect(measure(sine(440, 1)).clippedShare).toBe(0);
    expect(measure(clipped.map((sample) => sample * 0.97)).clippedShare).toBe(0);
    // µ-law's largest value.
    expect(measure(clipped.map((sample) => (sample * 32_124) / 32_768)).clippedShare).toBeGreaterThan(0.6);
  });

  it("counts the same however the samples are cut into blocks", () => {
    const samples = sine(1_000, 2).map((sample) => Math.max(-1, Math.min(1, sample)));
    const meter = new TrackMeter();
    for (let start = 0; start < samples.length; start += 777) {
      meter.hearSource(samples.subarray(start, start + 777));
      meter.hear(pcm(samples.subarray(start, start + 777)));
    }
    meter.addSegment(pcm(samples).subarray(62 * 256, 186 * 256), 1_984);

    expect(meter.measures(SECONDS * 1_000)).toEqual(measure(samples));
  });

  it("measures nothing where nothing was", () => {
    expect(new TrackMeter().measures(0)).toEqual({ speechLevelDbfs: null, peakDbfs: null, clippedShare: 0, snrDb: null, speechMs: 0, speechShare: 0, bandwidthHz: null, segments: 0, narrowband: false });
  });
});

describe("the band of speech", () => {
  let clips: Map<string, Float32Array>;
  beforeAll(async () => {
    clips = await readClips();
  });

  const measured = (samples: Float32Array): TrackMeasures => {
    const meter = new TrackMeter();
    meter.hear(pcm(samples));
    meter.addSegment(pcm(samples), 1);
    return meter.measures(1_000);
  };

  it("is narrow for each voice behind a telephone, whatever the sampling rate, and for none in front of it", () => {
    expect([...clips.values()].map((samples) => measured(samples).narrowband)).toEqual([...clips.values()].map(() => false));
    expect([...clips.values()].map((samples) => measured(throughTelephone(samples)).narrowband)).toEqual([...clips.values()].map(() => true));
    for (const samples of clips.values()) expect(measured(throughTelephone(samples)).bandwidthHz).toBeLessThan(4_000);
  });
});

describe("LevelHistogram", () => {
  it("leaves pauses within speech out of its level, as ITU-T P.56 does", () => {
    const histogram = new LevelHistogram();
    for (let frame = 0; frame < 60; frame += 1) histogram.add(0.01);
    for (let frame = 0; frame < 40; frame += 1) histogram.add(1e-7);

    expect(histogram.activeDbfs()).toBeCloseTo(-20, 1);
    expect(histogram.frames).toBe(100);
  });

  it("gives the median, and takes frames out again", () => {
    const histogram = new LevelHistogram();
    for (const power of [1e-6, 1e-5, 1e-4]) histogram.add(power);
    expect(histogram.medianDbfs()).toBe(-50);
    histogram.add(1e-4, -1);
    histogram.add(1e-5, -1);
    expect(histogram.medianDbfs()).toBe(-60);
    histogram.add(1e-6, -1);
    expect(histogram.medianDbfs()).toBeNull();
  });
});
