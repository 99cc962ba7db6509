import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeAudio } from "../../../core/audio/decode/decode-audio.ts";
import { TRANSCRIPT_BESIDE } from "../../../core/recordings/recording-message.ts";
import { SidecarSchema } from "../../../local/transcribe/sidecar.ts";
import { CALLS } from "../support/calls.ts";

const recordings = readdirSync(CALLS).filter((file) => !file.endsWith(TRANSCRIPT_BESIDE));

describe.each(recordings)("the transcript beside %s", (file) => {
  it("is where the speech is, and the silence between its lines is none of it", async () => {
    const { utterances } = SidecarSchema.parse(JSON.parse(readFileSync(join(CALLS, `${file}${TRANSCRIPT_BESIDE}`), "utf8")));
    const { blocks, format } = await decodeAudio(createReadStream(join(CALLS, file)), { maximumSeconds: 60, maximumBytes: 10_000_000 });
    // Loudness by millisecond and channel.
    const channels = Array.from({ length: format.channels }, (): number[] => []);
    let position = 0;
    for await (const block of blocks) {
      block.forEach((samples, channel) => samples.forEach((sample, n) => {
        const ms = Math.floor(((position + n) * 1_000) / format.sampleRate);
        const levels = channels[channel]!;
        levels[ms] = Math.max(levels[ms] ?? 0, Math.abs(sample));
      }));
      position += block[0]!.length;
    }

    const loudest = (channel: number, from: number, to: number) => Math.max(...channels[channel]!.slice(from, to));
    for (const { channel, endMs, startMs } of utterances) expect(loudest(channel, startMs, endMs)).toBeGreaterThan(0.1);
    channels.forEach((levels, channel) => {
      const own = utterances.filter((utterance) => utterance.channel === channel);
      const pauses = [...own.map(({ startMs }, n) => [n === 0 ? 0 : own[n - 1]!.endMs, startMs] as const), [own.at(-1)!.endMs, levels.length] as const];
      // Codecs ring a little before and after.
      for (const [from, to] of pauses) expect(loudest(channel, from + 60, to - 60)).toBeLessThan(0.02);
    });
  });
});
