/** Output files of Amazon Transcribe, made after the documented format: what a test says in words becomes items, times and labels. */

export interface MadeWord {
  content: string;
  /** Seconds. */
  start: number;
  end: number;
  confidence?: number;
  punctuation?: string;
  speaker?: string;
  language?: string;
  redactions?: { confidence: string; type?: string; category?: string }[];
  /** A vocabulary filter with the method `tag`. */
  filtered?: boolean;
}

/** Words from `start` on, 0.4 s each; a sign at the end of a word becomes an item of its own, as Transcribe writes it. */
export function said(text: string, start: number, more: Partial<MadeWord> = {}): MadeWord[] {
  return text.split(" ").map((word, position) => {
    const [, content = "", punctuation] = /^(.*?)([.,?!]?)$/u.exec(word)!;
    const at = start + position * 0.4;
    return { content, start: at, end: at + 0.4, confidence: 0.9, ...(punctuation !== "" && { punctuation: punctuation! }), ...more };
  });
}

function itemsOf(words: readonly MadeWord[], channel?: string, idFrom = 0): object[] {
  let id = idFrom;
  return words.flatMap(({ confidence, content, end, filtered, language, punctuation, redactions, speaker, start }) => {
    const labels = { ...(channel !== undefined && { channel_label: channel }), ...(speaker !== undefined && { speaker_label: speaker }), ...(language !== undefined && { language_code: language }) };
    const alternative = redactions === undefined ? { confidence: String(confidence ?? 1), content } : { content, redactions };
    const word = { id: id++, start_time: start.toFixed(2), end_time: end.toFixed(2), alternatives: [alternative], type: "pronunciation", ...(filtered === true && { vocabularyFilterMatch: true }), ...labels };
    if (punctuation === undefined) return [word];
    return [word, { id: id++, alternatives: [{ confidence: "0.0", content: punctuation }], type: "punctuation", ...labels }];
  });
}

function fileOf(results: object, more: object = {}): object {
  return { jobName: "valence-test-1", accountId: "123456789012", status: "COMPLETED", results, ...more };
}

function textOf(words: readonly MadeWord[]): string {
  return words.map(({ content, punctuation }) => `${content}${punctuation ?? ""}`).join(" ");
}

/** Channel identification: each channel's items, and all of them once more. */
export function channelsFile(channels: readonly (readonly MadeWord[])[], more: object = {}): object {
  const labelled = channels.map((words, channel) => ({ channel_label: `ch_${channel}`, items: itemsOf(words, `ch_${channel}`) }));
  return fileOf({
    language_code: "en-US",
    transcripts: [{ transcript: channels.map(textOf).join(" ") }],
    channel_labels: { channels: labelled, number_of_channels: channels.length },
    items: labelled.flatMap(({ items }) => items),
    audio_segments: channels.map((words, id) => ({ id, transcript: textOf(words), start_time: "0.0", end_time: "9.0", channel_label: `ch_${id}`, items: [] })),
    ...more,
  });
}

/** Speaker partitioning: a label at each item and a list of segments. */
export function speakersFile(words: readonly MadeWord[], more: object = {}): object {
  const segments = words.map(({ end, speaker, start }) => ({ start_time: start.toFixed(2), end_time: end.toFixed(2), speaker_label: speaker, items: [{ start_time: start.toFixed(2), end_time: end.toFixed(2), speaker_label: speaker }] }));
  return fileOf({ language_code: "en-US", transcripts: [{ transcript: textOf(words) }], speaker_labels: { channel_label: "ch_0", speakers: 2, segments }, items: itemsOf(words), ...more });
}

export function plainFile(words: readonly MadeWord[], results: object = {}, more: object = {}): object {
  return fileOf({ language_code: "en-US", transcripts: [{ transcript: textOf(words) }], items: itemsOf(words), ...results }, more);
}
