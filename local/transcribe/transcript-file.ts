import { LOCAL_ACCOUNT_ID } from "../assembly/pseudo-parameters.ts";
import type { Recognition, Utterance, Word } from "./recogniser.ts";
import { redactUtterances, type RedactedWord } from "./redact-utterances.ts";
import type { StartTranscriptionJob } from "./transcription-requests.ts";

interface Item {
  id: number;
  type: "pronunciation" | "punctuation";
  alternatives: { confidence?: string; content: string; redactions?: { confidence: string; type?: string; category: string }[] }[];
  start_time?: string;
  end_time?: string;
  speaker_label?: string;
  channel_label?: string;
}

/** An utterance with its items as they stand in the file. */
interface Line {
  channel: number;
  speaker: string;
  startMs: number;
  endMs: number;
  items: Item[];
}

/**
 * A transcript as Amazon Transcribe writes it ("Example transcription outputs" of its guide), and `transcriber` besides, which tells who
 * wrote it down on this machine. Times are seconds as text.
 */
export function transcriptFile(request: StartTranscriptionJob, recognition: Recognition, redacted: boolean): object {
  const { ContentRedaction, Settings: settings = {} } = request;
  const lines = toLines(redacted ? redactUtterances(recognition.utterances, ContentRedaction?.PiiEntityTypes) : recognition.utterances, settings);
  const labels = { speakers: settings.ShowSpeakerLabels === true, channels: settings.ChannelIdentification === true };
  const items = lines.flatMap((line) => line.items);
  return {
    jobName: request.TranscriptionJobName,
    accountId: LOCAL_ACCOUNT_ID,
    transcriber: recognition.transcriber,
    ...(ContentRedaction === undefined ? {} : { isRedacted: redacted }),
    results: {
      ...(request.IdentifyLanguage === true ? languageFields(recognition) : {}),
      transcripts: [{ transcript: lines.map(written).join(" ") }],
      ...(labels.speakers ? { speaker_labels: speakerLabels(lines) } : {}),
      ...(labels.channels ? { channel_labels: channelLabels(lines, recognition.channels) } : {}),
      items,
      audio_segments: lines.map((line, id) => ({
        id,
        transcript: written(line),
        start_time: seconds(line.startMs),
        end_time: seconds(line.endMs),
        ...(labels.speakers ? { speaker_label: line.speaker } : {}),
        ...(labels.channels ? { channel_label: `ch_${line.channel}` } : {}),
        items: line.items.map((item) => item.id),
      })),
    },
    status: "COMPLETED",
  };
}

function languageFields({ language, languageScore }: Recognition): object {
  return { language_code: language, language_identification: [{ score: String(languageScore), code: language }] };
}

function toLines(utterances: readonly (Utterance & { words: (Word | RedactedWord)[] })[], settings: NonNullable<StartTranscriptionJob["Settings"]>): Line[] {
  const known: string[] = [];
  let id = 0;
  return utterances.map(({ channel, endMs, speaker = "spk_0", startMs, words }) => {
    if (!known.includes(speaker)) known.push(speaker);
    // More voices than asked for are told apart no further: the last label stands for the rest.
    const label = `spk_${Math.min(known.indexOf(speaker), (settings.MaxSpeakerLabels ?? 1) - 1)}`;
    const shown = { ...(settings.ShowSpeakerLabels === true ? { speaker_label: label } : {}), ...(settings.ChannelIdentification === true ? { channel_label: `ch_${channel}` } : {}) };
    const items = words.map((word): Item => ({ id: id++, type: word.punctuation ? "punctuation" : "pronunciation", alternatives: [alternative(word)], ...times(word), ...shown }));
    return { channel, speaker: label, startMs, endMs, items };
  });
}

function alternative(word: Word | RedactedWord): Item["alternatives"][number] {
  if ("redacted" in word) return { content: word.content, redactions: [{ confidence: "1.0", category: "PII", ...(word.redacted === undefined ? {} : { type: word.redacted }) }] };
  if (word.punctuation) return { confidence: "0.0", content: word.content };
  return { ...(word.confidence === undefined ? {} : { confidence: decimal(word.confidence) }), content: word.content };
}

function times({ endMs, punctuation, startMs }: Word): { start_time?: string; end_time?: string } {
  return punctuation ? {} : { start_time: seconds(startMs), end_time: seconds(endMs) };
}

function speakerLabels(lines: readonly Line[]): object {
  return {
    channel_label: "ch_0",
    speakers: new Set(lines.map(({ speaker }) => speaker)).size,
    segments: lines.map(({ endMs, items, speaker, startMs }) => ({
      start_time: seconds(startMs),
      end_time: seconds(endMs),
      speaker_label: speaker,
      items: items.flatMap(({ end_time, start_time }) => (start_time === undefined ? [] : [{ speaker_label: speaker, start_time, end_time }])),
    })),
  };
}

function channelLabels(lines: readonly Line[], channels: number): object {
  const numbers = Array.from({ length: channels }, (_, channel) => channel);
  return {
    channels: numbers.map((channel) => ({ channel_label: `ch_${channel}`, items: lines.filter((line) => line.channel === channel).flatMap(({ items }) => items) })),
    number_of_channels: channels,
  };
}

function written({ items }: Line): string {
  return items.reduce((text, { alternatives: [first], type }) => `${text}${text === "" || type === "punctuation" ? "" : " "}${first?.content ?? ""}`, "");
}

function seconds(ms: number): string {
  return decimal(ms / 1_000);
}

/** As Transcribe writes numbers: at least one digit behind the point. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value * 10_000) / 10_000);
}
