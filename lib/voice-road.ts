import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { AudioClassification } from "./audio-classification.ts";
import type { AudioConfiguration } from "./audio-configuration.ts";
import { AudioPreprocessing } from "./audio-preprocessing.ts";
import type { AudioStorage } from "./audio-storage.ts";
import type { Configuration } from "./configuration.ts";
import type { DataStack } from "./data-stack.ts";
import { JobQueue } from "./job-queue.ts";
import { LiveAudio } from "./live-audio.ts";
import { RecordingEvents } from "./recording-events.ts";
import { removalPolicyOf } from "./removal-policy.ts";
import { Transcription } from "./transcription.ts";

export interface VoiceRoadProps {
  configuration: Configuration;
  audio: AudioConfiguration;
  data: DataStack;
  voice: AudioStorage;
  /** Where the words of recordings go. */
  textJobs: JobQueue;
}

/** As often as a check is tried: what a check needs is S3 and SQS, which are back by then, and ten minutes of a failing function's time-outs at the least. */
const QUIET_CHECK_TRIES = 5;

/** From audio to sentiment: two ways in, one queue of speech, one classifier; and the way from speech to words. */
export class VoiceRoad extends Construct {
  readonly recordings: JobQueue;
  readonly quietChecks: JobQueue;
  readonly jobs: JobQueue;
  readonly transcription: Transcription;

  constructor(scope: Construct, id: string, props: VoiceRoadProps) {
    super(scope, id);
    const { audio, configuration, data, textJobs, voice } = props;
    const { classifier, live, preprocessor } = audio;
    const name = `valence-${configuration.stage}`;
    const common = { key: data.key, removalPolicy: removalPolicyOf(configuration) };
    this.recordings = new JobQueue(this, "Recordings", {
      ...common,
      name: `${name}-recordings`,
      maximumReceives: preprocessor.maximumReceives,
      consumerTimeout: Duration.seconds(preprocessor.timeoutSeconds),
      consumerWindow: Duration.seconds(0),
    });
    this.quietChecks = new JobQueue(this, "QuietChecks", {
      ...common,
      name: `${name}-quiet-checks`,
      maximumReceives: QUIET_CHECK_TRIES,
      consumerTimeout: Duration.seconds(live.timeoutSeconds),
      consumerWindow: Duration.seconds(0),
    });
    this.jobs = new JobQueue(this, "AudioJobs", {
      ...common,
      name: `${name}-audio-jobs`,
      maximumReceives: classifier.maximumReceives,
      consumerTimeout: Duration.seconds(classifier.timeoutSeconds),
      consumerWindow: Duration.seconds(classifier.windowSeconds),
    });
    this.transcription = new Transcription(this, "Transcription", { configuration, audio, data, voice, textJobs });
    const { jobs, quietChecks, recordings } = this;
    const transcriptions = this.transcription.requests;
    new RecordingEvents(this, "RecordingEvents", { name: `${name}-recordings`, recordings: voice.recordings, notices: recordings });
    new LiveAudio(this, "LiveAudio", { configuration, audio, voice, rejects: data.rejects, jobs, recordings, quietChecks, transcriptions });
    new AudioPreprocessing(this, "AudioPreprocessing", { configuration, audio, voice, rejects: data.rejects, recordings, jobs, transcriptions });
    new AudioClassification(this, "AudioClassification", { configuration, audio, voice, results: data.resultsStream, rejects: data.rejects, jobs });
  }
}
