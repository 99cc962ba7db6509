import { LanguageCode, MediaFormat } from "@aws-sdk/client-transcribe";
import * as z from "zod";
import { parseInput } from "../protocols/aws-json.ts";
import { ServiceError } from "../service.ts";

/*
 * The requests of Amazon Transcribe's API (2017-10-26) that a local run answers, with the constraints of the API reference: those of one
 * field in the schemas, those between fields below.
 */

const name = z.string().regex(/^[0-9a-zA-Z._-]{1,200}$/u, "Member must satisfy regular expression pattern: ^[0-9a-zA-Z._-]{1,200}");
const language = z.enum(LanguageCode);
const status = z.enum(["QUEUED", "IN_PROGRESS", "FAILED", "COMPLETED"]);

const SettingsSchema = z.looseObject({
  VocabularyName: name.optional(),
  ShowSpeakerLabels: z.boolean().optional(),
  MaxSpeakerLabels: z.int().min(2).max(30).optional(),
  ChannelIdentification: z.boolean().optional(),
  ShowAlternatives: z.boolean().optional(),
  MaxAlternatives: z.int().min(2).max(10).optional(),
  VocabularyFilterName: name.optional(),
  VocabularyFilterMethod: z.enum(["mask", "remove", "tag"]).optional(),
});

const StartSchema = z.looseObject({
  TranscriptionJobName: name,
  LanguageCode: language.optional(),
  IdentifyLanguage: z.boolean().optional(),
  IdentifyMultipleLanguages: z.boolean().optional(),
  LanguageOptions: z.array(language).min(1).optional(),
  LanguageIdSettings: z.partialRecord(language, z.looseObject({ VocabularyName: name.optional(), VocabularyFilterName: name.optional(), LanguageModelName: name.optional() })).optional(),
  MediaSampleRateHertz: z.int().min(8_000).max(48_000).optional(),
  MediaFormat: z.enum(MediaFormat).optional(),
  Media: z.looseObject({ MediaFileUri: z.string().min(1).max(2_000) }),
  OutputBucketName: z.string().regex(/^[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9]$/u, "Member must satisfy regular expression pattern: [a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9]").optional(),
  OutputKey: z.string().regex(/^[a-zA-Z0-9\-_.!*'()/&$@=;:+,? ]{1,1024}$/u, "Member must satisfy regular expression pattern: [a-zA-Z0-9-_.!*'()/&$@=;:+,? ]{1,1024}").optional(),
  OutputEncryptionKMSKeyId: z.string().min(1).max(2_048).optional(),
  Settings: SettingsSchema.optional(),
  JobExecutionSettings: z.looseObject({ AllowDeferredExecution: z.boolean().optional(), DataAccessRoleArn: z.string().regex(/^arn:/u).max(2_048).optional() }).optional(),
  ContentRedaction: z
    .looseObject({ RedactionType: z.literal("PII"), RedactionOutput: z.enum(["redacted", "redacted_and_unredacted"]), PiiEntityTypes: z.array(z.string()).max(11).optional() })
    .optional(),
  Tags: z.array(z.looseObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) })).max(200).optional(),
});
export type StartTranscriptionJob = z.infer<typeof StartSchema>;

export const NamedJobSchema = z.looseObject({ TranscriptionJobName: name });
export const ListSchema = z.looseObject({
  Status: status.optional(),
  JobNameContains: name.optional(),
  MaxResults: z.int().min(1).max(100).default(5),
  NextToken: z.string().max(8_192).optional(),
});

/** The batch languages in which Transcribe takes personal data out ("Redacting PII in your batch job", and the document history of May 2026). */
const REDACTED_LANGUAGES: readonly string[] = ["en-US", "es-US", "fr-FR", "fr-CA", "de-DE", "de-CH", "it-IT", "pt-PT", "pt-BR"];
const NOT_HERE = ["IdentifyMultipleLanguages", "ModelSettings", "Subtitles", "ToxicityDetection"];

/** @throws ServiceError `BadRequestException` */
export function parseStart(input: unknown): StartTranscriptionJob & { OutputBucketName: string } {
  const request = parseInput(StartSchema, input, "BadRequestException");
  const problem = problems(request).find(([wrong]) => wrong)?.[1];
  if (problem !== undefined) throw new ServiceError("BadRequestException", problem);
  const unknown = NOT_HERE.find((field) => request[field] !== undefined && request[field] !== false);
  if (unknown !== undefined) throw new ServiceError("BadRequestException", `The local Transcribe does not know ${unknown}: leave it out.`);
  if (request.OutputBucketName === undefined) throw new ServiceError("BadRequestException", "The local Transcribe has no bucket of its own: say OutputBucketName.");
  return { ...request, OutputBucketName: request.OutputBucketName };
}

function problems(request: StartTranscriptionJob): [boolean, string][] {
  const { ContentRedaction, JobExecutionSettings: execution, LanguageCode: given, LanguageIdSettings, LanguageOptions, Settings: settings = {} } = request;
  const identified = request.IdentifyLanguage === true || request.IdentifyMultipleLanguages === true;
  const ways = [given !== undefined, request.IdentifyLanguage === true, request.IdentifyMultipleLanguages === true].filter(Boolean).length;
  const filtered = settings.VocabularyFilterName !== undefined || Object.values(LanguageIdSettings ?? {}).some((one) => one.VocabularyFilterName !== undefined);
  const strange = Object.keys(LanguageIdSettings ?? {}).find((code) => LanguageOptions?.some((option) => option === code) !== true);
  return [
    [ways !== 1, "Specify exactly one of LanguageCode, IdentifyLanguage and IdentifyMultipleLanguages."],
    [LanguageOptions !== undefined && !identified, "LanguageOptions needs IdentifyLanguage."],
    [LanguageIdSettings !== undefined && !identified, "LanguageIdSettings needs IdentifyLanguage."],
    [strange !== undefined, `LanguageIdSettings has ${strange}, which LanguageOptions lacks.`],
    [identified && (settings.VocabularyName !== undefined || settings.VocabularyFilterName !== undefined), "With language identification, vocabularies and vocabulary filters go into LanguageIdSettings."],
    [settings.ShowSpeakerLabels === true && settings.MaxSpeakerLabels === undefined, "ShowSpeakerLabels needs MaxSpeakerLabels."],
    [settings.MaxSpeakerLabels !== undefined && settings.ShowSpeakerLabels !== true, "MaxSpeakerLabels needs ShowSpeakerLabels."],
    [settings.ShowSpeakerLabels === true && settings.ChannelIdentification === true, "You can't set both ShowSpeakerLabels and ChannelIdentification in the same request."],
    [(settings.ShowAlternatives === true) !== (settings.MaxAlternatives !== undefined), "ShowAlternatives and MaxAlternatives need each other."],
    [filtered !== (settings.VocabularyFilterMethod !== undefined), "VocabularyFilterName and VocabularyFilterMethod need each other."],
    [ContentRedaction !== undefined && identified, "Redaction is not compatible with language identification."],
    [ContentRedaction !== undefined && given !== undefined && !REDACTED_LANGUAGES.includes(given), `Redaction is available in ${REDACTED_LANGUAGES.join(", ")}, not in ${given}.`],
    [execution?.AllowDeferredExecution === true && execution.DataAccessRoleArn === undefined, "AllowDeferredExecution needs DataAccessRoleArn."],
    [execution?.DataAccessRoleArn !== undefined && execution.AllowDeferredExecution === undefined, "DataAccessRoleArn needs AllowDeferredExecution."],
    [request.OutputKey !== undefined && request.OutputBucketName === undefined, "OutputKey needs OutputBucketName."],
    [request.OutputEncryptionKMSKeyId !== undefined && request.OutputBucketName === undefined, "OutputEncryptionKMSKeyId needs OutputBucketName."],
  ];
}

/**
 * `s3://bucket/key`, `https://s3.region.amazonaws.com/bucket/key` or `https://bucket.s3.region.amazonaws.com/key`.
 * @throws ServiceError `BadRequestException`
 */
export function mediaAddress(uri: string): { bucket: string; key: string } {
  const match =
    /^s3:\/\/(?<bucket>[^/]+)\/(?<key>.+)$/su.exec(uri) ??
    /^https:\/\/s3[.-][a-z0-9-]+\.amazonaws\.com\/(?<bucket>[^/]+)\/(?<key>.+)$/su.exec(uri) ??
    /^https:\/\/(?<bucket>[^/]+)\.s3\.[a-z0-9-]+\.amazonaws\.com\/(?<key>.+)$/su.exec(uri);
  const { bucket, key } = match?.groups ?? {};
  if (bucket === undefined || key === undefined) throw new ServiceError("BadRequestException", `MediaFileUri ${uri.slice(0, 200)} is no S3 object: write s3://bucket/key.`);
  return { bucket, key };
}

/** Where a job's transcript goes ("OutputKey" of StartTranscriptionJob): a key that does not end in .json is a folder. */
export function outputKey({ OutputKey, TranscriptionJobName }: Pick<StartTranscriptionJob, "OutputKey" | "TranscriptionJobName">): string {
  if (OutputKey === undefined) return `${TranscriptionJobName}.json`;
  return OutputKey.endsWith(".json") ? OutputKey : `${OutputKey.replace(/\/$/u, "")}/${TranscriptionJobName}.json`;
}

/** Beside it, with `redacted-` before the file's name. */
export function redactedKey(key: string): string {
  return key.replace(/[^/]*$/u, "redacted-$&");
}
