import type { AudioClassified } from "../../classifiers/audio-classifier.ts";
import { linearPool } from "../../core/classification/linear-pool.ts";
import type { AudioJob, AudioSegment } from "../../core/contracts/audio-job.ts";
import { resultId } from "../../core/contracts/result-id.ts";
import { type Flag, type ModelIdentity, SENTIMENT_RESULT_VERSION, type SentimentLabel, type SentimentResult } from "../../core/contracts/sentiment-result.ts";

/** A segment and what was heard in it. */
export interface HeardSegment {
  segment: AudioSegment;
  heard: AudioClassified;
}

/** From this share of a voice's speech on, segments of low confidence make the whole so. */
const LOW_CONFIDENCE_SHARE = 0.5;
/** From this share on, what segments say is said of the whole: two signs make it `mixed`. */
const MIXED_SHARE = 0.25;
/** Less of a voice's speech is not the whole of it. */
const LEAST_HEARD_SHARE = 0.5;

/** The row of one segment. `configured` is the classifier's own identity, `classifiedAt` is ISO 8601. */
export function segmentResult(job: AudioJob, { segment, heard }: HeardSegment, configured: ModelIdentity, classifiedAt: string): SentimentResult {
  const { index, track, speaker, startMs, endMs } = segment;
  return {
    ...common(job, "segment", index, configured),
    ...(speaker !== undefined && { speaker }),
    segment: { index, startMs, endMs },
    track,
    sentiment: heard.sentiment,
    ...(heard.emotions !== undefined && { emotions: heard.emotions }),
    model: heard.model,
    flags: [...new Set([...job.flags, ...heard.flags])],
    timings: { arrivedAt: job.arrivedAt, classifiedAt, modelMs: heard.modelMs },
    cost: heard.cost,
  };
}

/**
 * One row a track of a complete recording: the means over its segments, weighted by their durations (docs/audio-classification.md). A track of which
 * less than half of the speech was heard has none.
 */
export function trackResults(job: AudioJob, heard: readonly HeardSegment[], configured: ModelIdentity, classifiedAt: string): SentimentResult[] {
  const tracks = [...new Set(job.audio.segments.map(({ track }) => track))].toSorted((a, b) => a - b);
  return tracks.flatMap((track) => {
    const whole = job.audio.segments.filter((segment) => segment.track === track);
    const own = heard.filter(({ segment }) => segment.track === track);
    if (own.length === 0 || durationOf(own.map(({ segment }) => segment)) / durationOf(whole) < LEAST_HEARD_SHARE) return [];
    return [trackResult(job, track, own, whole, configured, classifiedAt)];
  });
}

function trackResult(job: AudioJob, track: number, own: readonly HeardSegment[], whole: readonly AudioSegment[], configured: ModelIdentity, classifiedAt: string): SentimentResult {
  const scoresFrom = own.every(({ heard }) => heard.sentiment.scoresFrom === "calibrated") ? "calibrated" : "service";
  const opinions = own.map(({ segment, heard }) => ({ weight: segment.endMs - segment.startMs, scores: heard.sentiment.scores, ...(heard.emotions !== undefined && { emotions: heard.emotions }) }));
  const speakers = new Set(whole.map(({ speaker }) => speaker));
  const [speaker] = speakers;
  return {
    ...common(job, "conversation", track, configured),
    ...(speakers.size === 1 && speaker !== undefined && { speaker }),
    segment: { index: track, startMs: Math.min(...whole.map(({ startMs }) => startMs)), endMs: Math.max(...whole.map(({ endMs }) => endMs)) },
    track,
    ...linearPool(opinions, scoresFrom),
    model: sharedModel(own) ?? configured,
    flags: [...new Set([...job.flags, ...flagsOf(own)])],
    // What the segments took and cost is in their rows; a sum over all rows must not count it twice.
    timings: { arrivedAt: job.arrivedAt, classifiedAt, modelMs: 0 },
    cost: { usd: 0 },
  };
}

function common(job: AudioJob, scope: "segment" | "conversation", segmentIndex: number, configured: ModelIdentity) {
  const { id, conversationId, channel, turn, language, occurredAt, attributes, route, recording } = job;
  const modality = "audio";
  return {
    schema: SENTIMENT_RESULT_VERSION,
    resultId: resultId({ conversationId, id, segmentIndex, modality, scope, model: configured }),
    id,
    conversationId,
    channel,
    ...(turn !== undefined && { turn }),
    language,
    occurredAt,
    ...(attributes !== undefined && { attributes }),
    modality,
    scope,
    route,
    ...(recording !== undefined && { recording }),
  } as const;
}

/** All flags of all segments; but what only some are unsure or of two minds about must weigh enough to be said of the whole. */
function flagsOf(own: readonly HeardSegment[]): Flag[] {
  const total = durationOf(own.map(({ segment }) => segment));
  const share = (holds: (heard: AudioClassified) => boolean): number => durationOf(own.filter(({ heard }) => holds(heard)).map(({ segment }) => segment)) / total;
  const says = (label: SentimentLabel) => (heard: AudioClassified) => heard.sentiment.label === label;
  const flags = new Set<Flag>(own.flatMap(({ heard }) => heard.flags));
  flags.delete("low_confidence");
  if (share(({ flags: own }) => own.includes("low_confidence")) >= LOW_CONFIDENCE_SHARE) flags.add("low_confidence");
  if (share(says("positive")) >= MIXED_SHARE && share(says("negative")) >= MIXED_SHARE) flags.add("mixed");
  return [...flags];
}

/** Who answered, where that is the same for all. */
function sharedModel(own: readonly HeardSegment[]): ModelIdentity | undefined {
  const models = new Map(own.map(({ heard: { model } }) => [JSON.stringify(model), model]));
  return models.size === 1 ? own[0]?.heard.model : undefined;
}

function durationOf(segments: readonly AudioSegment[]): number {
  return segments.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}
