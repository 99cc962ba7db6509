import { FRAME_STEP } from "../../../../core/audio/speech/power-spectrum.ts";
import { SpeechDetector } from "../../../../core/audio/speech/speech-detector.ts";
import { SpeechSegmenter } from "../../../../core/audio/speech/speech-segmenter.ts";

/** A gap within a sentence is part of it, and 48 ms are no speech: as the segmenter sees it, before it adds padding. */
const LONGEST_GAP = 12;
const SHORTEST_RUN = 4;

/** @returns for each 16 ms whether the detector found speech, and whether a segment covers it. */
export async function findSpeech(samples: Int16Array): Promise<{ detected: boolean[]; covered: boolean[] }> {
  const detector = new SpeechDetector();
  const detected = bridged([...detector.push(samples), ...detector.end()].map(({ speech }) => speech));
  const segmenter = await SpeechSegmenter.open();
  const covered = detected.map(() => false);
  for (const { startSample, endSample } of [...segmenter.push(samples), ...segmenter.end()]) covered.fill(true, startSample / FRAME_STEP, Math.ceil(endSample / FRAME_STEP));
  return { detected, covered };
}

function bridged(frames: readonly boolean[]): boolean[] {
  const speech = frames.map(() => false);
  let end = -Infinity;
  for (let start = frames.indexOf(true); start >= 0; ) {
    const next = frames.indexOf(false, start);
    const stop = next < 0 ? frames.length : next;
    if (stop - start >= SHORTEST_RUN) {
      speech.fill(true, start - end <= LONGEST_GAP ? end : start, stop);
      end = stop;
    }
    start = next < 0 ? -1 : frames.indexOf(true, next);
  }
  return speech;
}
