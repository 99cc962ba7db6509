import type { TranscriptionRequest } from "../contracts/transcription-request.ts";
import type { TranscriptionSettings } from "../contracts/transcription-settings.ts";
import { type ChosenLanguage, chooseLanguage } from "./choose-language.ts";
import { transcriptKey } from "./storage-keys.ts";

/** Where Transcribe reads and writes, and as whom. */
export interface JobPlace {
  /** The bucket of the transcripts. */
  bucket: string;
  roleArn: string;
  outputKeyArn: string;
}

/**
 * What could not be done as the request or the stage's settings want it; the job runs all the same.
 * `language_not_configured`: the record's language is none of the stage's. `not_redacted`: Transcribe cannot redact this one; Valence does, as always.
 * `vocabularies_left_out`: it takes those of five languages at most.
 */
export type JobNote = "language_not_configured" | "not_redacted" | "vocabularies_left_out";

/** Of StartTranscriptionJob, in its own names. */
export interface JobParameters {
  TranscriptionJobName: string;
  MediaFormat: TranscriptionRequest["format"];
  Media: { MediaFileUri: string };
  OutputBucketName: string;
  OutputKey: string;
  OutputEncryptionKMSKeyId: string;
  JobExecutionSettings: { AllowDeferredExecution: true; DataAccessRoleArn: string };
  LanguageCode?: string;
  IdentifyLanguage?: true;
  LanguageOptions?: string[];
  LanguageIdSettings?: Record<string, { VocabularyName?: string; VocabularyFilterName?: string }>;
  Settings?: {
    ChannelIdentification?: true;
    ShowSpeakerLabels?: true;
    MaxSpeakerLabels?: number;
    VocabularyName?: string;
    VocabularyFilterName?: string;
    VocabularyFilterMethod?: FilterMethod;
  };
  ContentRedaction?: { RedactionType: "PII"; RedactionOutput: "redacted" };
}

type FilterMethod = TranscriptionSettings["vocabularyFilters"][string]["method"];

/** Amazon Transcribe developer guide, document history: US English and Spanish, and from May 2026 on the others. */
const REDACTABLE: ReadonlySet<string> = new Set(["en-US", "es-US", "fr-FR", "fr-CA", "de-DE", "de-CH", "it-IT", "pt-PT", "pt-BR"]);

/** A call has two sides; more voices on one channel count as the nearer of the two. */
const SIDES = 2;

/** What `LanguageIdSettings` takes, as the API says it. */
const LEAST_LANGUAGE_SETTINGS = 2;
const MOST_LANGUAGE_SETTINGS = 5;

/** Filters have one method for all languages that a job may turn out to be in: the one that leaves the least of a word. */
const STRICTEST_FIRST: readonly FilterMethod[] = ["remove", "mask", "tag"];

/** The job of a recording, as Transcribe's API reference (StartTranscriptionJob) allows it. @returns `notes`: what it leaves undone. */
export function jobParameters(request: TranscriptionRequest, jobName: string, settings: TranscriptionSettings, place: JobPlace): { parameters: JobParameters; notes: JobNote[] } {
  const { isStrange, language } = chooseLanguage(request.language, settings.languages);
  const wordSettings = language.kind === "given" ? settingsOfOne(language.code, settings) : settingsOfSeveral(language.codes, settings);
  const options = { ...voices(request), ...wordSettings.Settings };
  // Redaction and language identification exclude each other.
  const redacts = settings.redaction === "transcribe" && language.kind === "given" && REDACTABLE.has(language.code);
  const notes: JobNote[] = [
    ...(isStrange ? (["language_not_configured"] as const) : []),
    ...(settings.redaction === "transcribe" && !redacts ? (["not_redacted"] as const) : []),
    ...(wordSettings.leftOut > 0 ? (["vocabularies_left_out"] as const) : []),
  ];
  const parameters: JobParameters = {
    TranscriptionJobName: jobName,
    MediaFormat: request.format,
    Media: { MediaFileUri: `s3://${request.recording.bucket}/${request.recording.key}` },
    OutputBucketName: place.bucket,
    OutputKey: transcriptKey(jobName),
    OutputEncryptionKMSKeyId: place.outputKeyArn,
    // What exceeds the quota of concurrent jobs then waits at Transcribe, in the order it came, instead of being refused.
    JobExecutionSettings: { AllowDeferredExecution: true, DataAccessRoleArn: place.roleArn },
    ...(language.kind === "given" ? { LanguageCode: language.code } : identification(language, wordSettings.LanguageIdSettings)),
    ...(Object.keys(options).length > 0 && { Settings: options }),
    ...(redacts && { ContentRedaction: { RedactionType: "PII", RedactionOutput: "redacted" } }),
  };
  return { parameters, notes };
}

function identification({ codes }: Extract<ChosenLanguage, { kind: "identify" }>, LanguageIdSettings: JobParameters["LanguageIdSettings"]): Partial<JobParameters> {
  return { IdentifyLanguage: true, LanguageOptions: codes, ...(LanguageIdSettings !== undefined && { LanguageIdSettings }) };
}

/** Channels and speaker labels exclude each other; who is known need not be told apart. */
function voices({ channels, speakers }: TranscriptionRequest): NonNullable<JobParameters["Settings"]> {
  if (channels === 2) return { ChannelIdentification: true };
  return (speakers[0] ?? null) === null ? { ShowSpeakerLabels: true, MaxSpeakerLabels: SIDES } : {};
}

interface WordSettings {
  Settings: NonNullable<JobParameters["Settings"]>;
  LanguageIdSettings?: NonNullable<JobParameters["LanguageIdSettings"]>;
  /** Languages whose vocabularies there was no room for. */
  leftOut: number;
}

function settingsOfOne(code: string, { vocabularies, vocabularyFilters }: TranscriptionSettings): WordSettings {
  const vocabulary = vocabularies[code];
  const filter = vocabularyFilters[code];
  return {
    Settings: { ...(vocabulary !== undefined && { VocabularyName: vocabulary }), ...(filter !== undefined && { VocabularyFilterName: filter.name, VocabularyFilterMethod: filter.method }) },
    leftOut: 0,
  };
}

function settingsOfSeveral(codes: readonly string[], { vocabularies, vocabularyFilters }: TranscriptionSettings): WordSettings {
  const own = codes.filter((code) => vocabularies[code] !== undefined || vocabularyFilters[code] !== undefined);
  if (own.length === 0) return { Settings: {}, leftOut: 0 };
  const taken = own.slice(0, MOST_LANGUAGE_SETTINGS);
  const others = codes.filter((code) => !own.includes(code)).slice(0, Math.max(0, LEAST_LANGUAGE_SETTINGS - taken.length));
  const LanguageIdSettings = Object.fromEntries(
    [...taken, ...others].map((code) => {
      const vocabulary = vocabularies[code];
      const filter = vocabularyFilters[code];
      return [code, { ...(vocabulary !== undefined && { VocabularyName: vocabulary }), ...(filter !== undefined && { VocabularyFilterName: filter.name }) }];
    }),
  );
  const methods = new Set(taken.flatMap((code) => vocabularyFilters[code]?.method ?? []));
  const method = STRICTEST_FIRST.find((one) => methods.has(one));
  return { Settings: method === undefined ? {} : { VocabularyFilterMethod: method }, LanguageIdSettings, leftOut: own.length - taken.length };
}
