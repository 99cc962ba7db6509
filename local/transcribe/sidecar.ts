import * as z from "zod";
import { TRANSCRIPT_BESIDE } from "../../core/recordings/recording-message.ts";
import { fittingLanguage, type Recogniser, spreadWords, TranscriptionFailedError } from "./recogniser.ts";

const milliseconds = z.int().min(0).max(24 * 3_600_000);
const UtteranceSchema = z
  .strictObject({
    channel: z.int().min(0).max(1).default(0),
    speaker: z.string().regex(/^spk_\d{1,2}$/u, "a speaker is called spk_0, spk_1 …").optional(),
    startMs: milliseconds,
    endMs: milliseconds,
    text: z.string().trim().min(1).max(20_000),
    confidence: z.number().min(0).max(1).optional(),
  })
  .refine(({ endMs, startMs }) => endMs > startMs, "an utterance ends after it starts");

/** A transcript that lies beside its recording: `call.wav.transcript.json` beside `call.wav`. */
export const SidecarSchema = z.strictObject({
  language: z.string().regex(/^[a-z]{2,3}-[A-Z]{2}$/u, 'a language is written as Transcribe does, such as "en-GB"'),
  utterances: z.array(UtteranceSchema).max(20_000),
});
export type Sidecar = z.infer<typeof SidecarSchema>;

/** Says what somebody wrote down beside the recording. */
export const sidecarRecogniser: Recogniser = {
  async recognise(recording, wish) {
    const file = await recording.beside(TRANSCRIPT_BESIDE);
    if (file === undefined) return undefined;
    const { language, utterances } = parseSidecar(file, `${recording.key}${TRANSCRIPT_BESIDE}`);
    return {
      transcriber: "sidecar",
      language: fittingLanguage(language, wish),
      languageScore: 1,
      channels: Math.max(1, ...utterances.map(({ channel }) => channel + 1)),
      utterances: utterances
        .map(({ channel, confidence, endMs, speaker, startMs, text }) => ({ channel, startMs, endMs, words: spreadWords(text, startMs, endMs, confidence), ...(speaker === undefined ? {} : { speaker }) }))
        .sort((one, other) => one.startMs - other.startMs || one.channel - other.channel),
    };
  },
};

function parseSidecar(file: Buffer, key: string): Sidecar {
  let content: unknown;
  try {
    content = JSON.parse(file.toString("utf8"));
  } catch (error) {
    throw new TranscriptionFailedError(`The transcript beside the recording, ${key}, is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  const parsed = SidecarSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TranscriptionFailedError(`The transcript beside the recording, ${key}, is not as docs/local-transcribe.md says: ${issue?.path.join(".") || "the file"}: ${issue?.message ?? "unknown"}`);
}
