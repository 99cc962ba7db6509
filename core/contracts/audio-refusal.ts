/**
 * Why audio could not be heard. Each code has an entry in docs/runbook.md.
 *
 * `audio_empty`: no bytes, or a header without a sample. `audio_unknown_codec`: not audio, or a codec nobody here decodes (the detail names
 * it). `audio_unsupported`: a known codec with a rate, channel count or sample size outside what is heard. `audio_lying_header`: the header
 * contradicts itself or the data. `audio_truncated`: the file ends before its header says. `audio_corrupt`: the data cannot be decoded.
 * `audio_silent`: no speech was found. `audio_too_long`, `audio_too_large`: above the stage's limits. `audio_missing`: no such object.
 * `audio_not_allowed`: a bucket that this stage may not read.
 */
export const AUDIO_REFUSALS = [
  "audio_empty",
  "audio_unknown_codec",
  "audio_unsupported",
  "audio_lying_header",
  "audio_truncated",
  "audio_corrupt",
  "audio_silent",
  "audio_too_long",
  "audio_too_large",
  "audio_missing",
  "audio_not_allowed",
] as const;
export type AudioRefusalCode = (typeof AUDIO_REFUSALS)[number];

/** What a decoder or the preflight throws for audio that will never be heard; the detail names values, never a customer's words. */
export class AudioRefusedError extends Error {
  override readonly name = "AudioRefusedError";
  readonly code: AudioRefusalCode;

  constructor(code: AudioRefusalCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
