import type { AudioSettings } from "../contracts/audio-settings.ts";
import type { Channel } from "../contracts/identity.ts";
import type { Flag } from "../contracts/sentiment-result.ts";
import { TEXT_JOB_VERSION, type TextJob } from "../contracts/text-job.ts";
import type { TranscriptionRequest } from "../contracts/transcription-request.ts";
import type { Refusal } from "../records/decode-record.ts";
import { prepareText } from "../text/prepare-text.ts";
import { sumOf } from "./cut-utterances.ts";
import type { Speaker, Utterance } from "./utterance.ts";

/** What all utterances of a recording share. */
export interface Transcribed {
  /** Of the recording. */
  id: string;
  conversationId: string;
  channel: Channel;
  /** ISO 8601: when the recording begins. */
  occurredAt: string;
  /** Where an utterance does not say; detected where neither does. */
  language?: string | undefined;
  attributes?: Record<string, string> | undefined;
  /** `s3://bucket/key`; of a call that still runs nobody knows it. */
  recording?: string | undefined;
  transcriber: string;
  /** What was found about the recording. */
  flags: readonly Flag[];
  /** ISO 8601: when the recording came. */
  arrivedAt: string;
}

/** `empty`: nothing was left of the words, only punctuation and what was taken out of them. */
export type UtteranceOutcome = { kind: "job"; job: TextJob } | { kind: "empty" } | { kind: "refused"; refusal: Refusal };

const MARKS = /\[[A-Z][A-Z_]*\]/gu;
const ANY_WORD = /[\p{L}\p{N}]/u;

/** An utterance on its way to the models of text: its turn is `id` and `segment.index`. */
export function textJobOfUtterance(utterance: Utterance, transcribed: Transcribed): UtteranceOutcome {
  if (!ANY_WORD.test(utterance.text.replaceAll(MARKS, ""))) return { kind: "empty" };
  // Speech holds no markup, whatever the channel.
  const prepared = prepareText({ text: utterance.text, channel: "call", language: utterance.language ?? given(transcribed.language), attributes: transcribed.attributes });
  if (!prepared.ok) return prepared.reason === "empty_text" ? { kind: "empty" } : { kind: "refused", refusal: prepared };
  const redactions = sumOf([prepared.redactions, utterance.redactions]);
  const flags = new Set<Flag>([...prepared.flags, ...transcribed.flags]);
  if (redactions !== undefined) flags.add("redacted");
  if (utterance.speakerConfidence !== undefined) flags.add("role_inferred");
  const { confidence, endMs, index, speaker, speakerConfidence, startMs } = utterance;
  return {
    kind: "job",
    job: {
      schema: TEXT_JOB_VERSION,
      id: transcribed.id,
      conversationId: transcribed.conversationId,
      channel: transcribed.channel,
      ...(speaker !== undefined && { speaker }),
      turn: index,
      language: prepared.language,
      occurredAt: new Date(Date.parse(transcribed.occurredAt) + startMs).toISOString(),
      ...(prepared.attributes !== undefined && { attributes: prepared.attributes }),
      segment: { index, startMs, endMs },
      text: prepared.text,
      ...(prepared.modelText !== prepared.text && { modelText: prepared.modelText }),
      route: "transcribe",
      ...(redactions !== undefined && { redactions }),
      ...(transcribed.recording !== undefined && { recording: transcribed.recording }),
      ...(utterance.channel !== undefined && { track: utterance.channel }),
      transcript: {
        transcriber: transcribed.transcriber,
        ...(confidence !== undefined && { confidence }),
        ...(speakerConfidence !== undefined && { speakerConfidence }),
      },
      flags: [...flags],
      arrivedAt: transcribed.arrivedAt,
    },
  };
}

/** Of a recording that Transcribe wrote down. */
export function transcribedOf(request: TranscriptionRequest, transcriber: string): Transcribed {
  const { arrivedAt, attributes, channel, conversationId, flags, id, language, occurredAt, recording } = request;
  return { id, conversationId, channel, occurredAt, language, attributes, recording: `s3://${recording.bucket}/${recording.key}`, transcriber, flags, arrivedAt };
}

/** Each channel's speaker: as the request says it, and where it says nothing of two channels, as the stage does. */
export function speakersOfChannels({ channels, speakers }: Pick<TranscriptionRequest, "channels" | "speakers">, settings: Pick<AudioSettings, "speakers">): (Speaker | undefined)[] {
  const isSilent = speakers.every((speaker) => speaker === null);
  if (isSilent && channels === 2) return [...settings.speakers];
  return Array.from({ length: channels }, (_, channel) => speakers[channel] ?? undefined);
}

/** What nobody knows is not given: it is detected. */
function given(language: string | undefined): string | undefined {
  return language === "und" ? undefined : language;
}
