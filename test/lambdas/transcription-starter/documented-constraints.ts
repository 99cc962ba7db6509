import type { JobParameters } from "../../../core/transcripts/job-parameters.ts";

/** What the API reference of StartTranscriptionJob says a request must not be. @returns the first offence. */
export function offenceOf(job: JobParameters): string | undefined {
  const { ContentRedaction, IdentifyLanguage, LanguageCode, LanguageIdSettings, LanguageOptions, Settings = {} } = job;
  const idSettings = LanguageIdSettings === undefined ? undefined : Object.keys(LanguageIdSettings);
  const rules: Record<string, boolean> = {
    "TranscriptionJobName: 1 to 200 of [0-9a-zA-Z._-]": /^[0-9a-zA-Z._-]{1,200}$/u.test(job.TranscriptionJobName),
    "MediaFileUri: an address of at most 2,000 characters": /^s3:\/\/.+/u.test(job.Media.MediaFileUri) && job.Media.MediaFileUri.length <= 2_000,
    "OutputKey: 1 to 1,024 of its characters": /^[a-zA-Z0-9-_.!*'()/]{1,1024}$/u.test(job.OutputKey),
    "exactly one of LanguageCode and IdentifyLanguage": (LanguageCode === undefined) === (IdentifyLanguage === true),
    "LanguageOptions only with IdentifyLanguage": LanguageOptions === undefined || IdentifyLanguage === true,
    "LanguageOptions: two or more": LanguageOptions === undefined || LanguageOptions.length >= 2,
    "LanguageIdSettings: two to five": idSettings === undefined || (idSettings.length >= 2 && idSettings.length <= 5),
    "LanguageIdSettings are of LanguageOptions": idSettings === undefined || idSettings.every((code) => LanguageOptions?.includes(code) === true),
    "a vocabulary of Settings only with LanguageCode": LanguageCode !== undefined || (Settings.VocabularyName === undefined && Settings.VocabularyFilterName === undefined),
    "a filter has a method": (Settings.VocabularyFilterName === undefined && Object.values(LanguageIdSettings ?? {}).every((one) => one.VocabularyFilterName === undefined)) || Settings.VocabularyFilterMethod !== undefined,
    "ShowSpeakerLabels and MaxSpeakerLabels go together": (Settings.ShowSpeakerLabels === true) === (Settings.MaxSpeakerLabels !== undefined),
    "MaxSpeakerLabels: 2 to 30": Settings.MaxSpeakerLabels === undefined || (Settings.MaxSpeakerLabels >= 2 && Settings.MaxSpeakerLabels <= 30),
    "not both ChannelIdentification and ShowSpeakerLabels": Settings.ChannelIdentification === undefined || Settings.ShowSpeakerLabels === undefined,
    "no redaction with language identification": ContentRedaction === undefined || IdentifyLanguage === undefined,
    "JobExecutionSettings have both of their parts": job.JobExecutionSettings.AllowDeferredExecution && job.JobExecutionSettings.DataAccessRoleArn.startsWith("arn:"),
  };
  return Object.entries(rules).find(([, holds]) => !holds)?.[0];
}
