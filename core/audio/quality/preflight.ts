import type { AudioRoute } from "../../contracts/audio-record.ts";
import type { AudioSettings } from "../../contracts/audio-settings.ts";
import type { AudioLoss } from "../../contracts/preflight-report.ts";
import type { Flag } from "../../contracts/sentiment-result.ts";
import type { TrackMeasures } from "./track-meter.ts";

const NARROWBAND_RATE = 8_000;
/** One sample in a thousand: heard as distortion. */
const CLIPPED_SHARE = 0.001;
/** 20 dB below what telephony aims at (-26 dBFS). */
const QUIET_DBFS = -46;
const LITTLE_SPEECH_SHARE = 0.05;

export interface Preflight {
  sampleRate: number;
  channels: number;
  lossy: boolean;
  /** Both channels carried the same, and were heard as one track. */
  identicalChannels: boolean;
  /** The recording said who speaks on its only channel. */
  speakerKnown: boolean;
  tracks: readonly TrackMeasures[];
}

/** @returns what the recording lacks, each once, in the contract's order. */
export function findLosses({ channels, identicalChannels, lossy, sampleRate, speakerKnown, tracks }: Preflight, settings: Pick<AudioSettings, "leastSnrDb">): AudioLoss[] {
  const spoken = tracks.filter(({ segments }) => segments > 0);
  const found: Partial<Record<AudioLoss, boolean>> = {
    narrowband: sampleRate <= NARROWBAND_RATE || spoken.some(({ narrowband }) => narrowband),
    mono_two_speakers_possible: !speakerKnown && (channels === 1 || identicalChannels),
    clipped: tracks.some(({ clippedShare }) => clippedShare >= CLIPPED_SHARE),
    noisy: spoken.some(({ snrDb }) => snrDb !== null && snrDb < settings.leastSnrDb),
    quiet: spoken.some(({ speechLevelDbfs }) => speechLevelDbfs !== null && speechLevelDbfs < QUIET_DBFS),
    little_speech: tracks.reduce((sum, { speechShare }) => sum + speechShare, 0) < LITTLE_SPEECH_SHARE,
    lossy_codec: lossy,
    identical_channels: identicalChannels,
    silent_channel: spoken.length < tracks.length,
  };
  return (Object.keys(found) as AudioLoss[]).filter((loss) => found[loss]);
}

/** @returns what an analyst should know before trusting results of such a recording. */
export function flagsOf(losses: readonly AudioLoss[]): Flag[] {
  const poor = losses.some((loss) => loss === "clipped" || loss === "noisy" || loss === "quiet");
  return [...(losses.includes("narrowband") ? (["narrowband"] as const) : []), ...(poor ? (["low_quality_audio"] as const) : [])];
}

/**
 * What the record asks for is done. Otherwise the configuration decides, except that a noisy voice is not trusted alone: then the
 * words are heard as well.
 */
export function decideRoute(asked: AudioRoute | undefined, configured: AudioRoute, losses: readonly AudioLoss[]): { route: AudioRoute; routeDecidedBy: "record" | "configuration" | "quality" } {
  if (asked !== undefined) return { route: asked, routeDecidedBy: "record" };
  if (configured === "direct" && losses.includes("noisy")) return { route: "both", routeDecidedBy: "quality" };
  return { route: configured, routeDecidedBy: "configuration" };
}
