import { AudioRefusedError } from "../../../../core/contracts/audio-refusal.ts";
import { decodeAudio } from "../../../../core/audio/decode/decode-audio.ts";
import { bytes, fixture, flacFrame, flacHeader, opusOfSilence } from "./audio-files.ts";

/** A process of its own for one bomb: prints how much memory decoding it took. `node --import tsx hear-in-child.ts opus|flac|mp3`. */

/** MP3 that repeats its own frames for an hour and more. */
async function* mp3OfManyHours(): AsyncGenerator<Uint8Array> {
  const file = fixture("mp3-cbr-8k-mono.mp3");
  // Behind the frame with Xing's tag, which would say how many there are.
  const frames = file.subarray(Buffer.from(file).indexOf(Uint8Array.of(0xff, 0xe3), Buffer.from(file).indexOf("Info")));
  for (let repeat = 0; repeat < 20_000; repeat++) yield frames;
}

async function* whole(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file;
}

const constant = `00000000${"0".repeat(16)}`;
const BOMBS: Record<string, () => AsyncIterable<Uint8Array>> = {
  opus: () => whole(opusOfSilence(300_000)),
  flac: () => whole(bytes(flacHeader(), ...Array.from({ length: 3_000 }, (_, number) => flacFrame(65_535, number, constant)))),
  mp3: mp3OfManyHours,
};

const bomb = BOMBS[process.argv[2] ?? ""]?.();
if (bomb === undefined) throw new Error(`no bomb ${process.argv[2]}`);
const before = process.memoryUsage.rss();
let code = "none";
let seconds = 0;
let peak = before;
try {
  const { format, blocks } = await decodeAudio(bomb, { maximumSeconds: 1_800, maximumBytes: 2 ** 30 });
  for await (const block of blocks) {
    seconds += (block[0]?.length ?? 0) / format.sampleRate;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
} catch (error) {
  if (!(error instanceof AudioRefusedError)) throw error;
  code = error.code;
}
console.log(JSON.stringify({ code, seconds: Math.round(seconds), peakMib: Math.round(peak / 2 ** 20) }));
