import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { AudioConfiguration } from "./audio-configuration.ts";
import type { AudioStorage } from "./audio-storage.ts";
import type { Configuration } from "./configuration.ts";
import { ContactLensFiles } from "./contact-lens-files.ts";
import type { DataStack } from "./data-stack.ts";
import { JobQueue } from "./job-queue.ts";
import { QueueRule } from "./queue-rule.ts";
import { removalPolicyOf } from "./removal-policy.ts";
import { TranscriptRouting } from "./transcript-routing.ts";
import { jobPrefix } from "./transcription-jobs.ts";
import { TranscriptionStarting } from "./transcription-starting.ts";

export interface TranscriptionProps {
  configuration: Configuration;
  audio: AudioConfiguration;
  data: DataStack;
  voice: AudioStorage;
  textJobs: JobQueue;
}

/** From recordings to utterances: the text road takes it from there. */
export class Transcription extends Construct {
  /** Recordings whose words are wanted. */
  readonly requests: JobQueue;
  /** Ends of jobs, checks and analyses of Contact Lens. */
  readonly transcripts: JobQueue;

  constructor(scope: Construct, id: string, props: TranscriptionProps) {
    super(scope, id);
    const { audio, configuration, data, voice } = props;
    const { contactLens, router, starter } = audio.transcription;
    const name = `valence-${configuration.stage}`;
    const queue = (queueId: string, queueName: string, reader: typeof starter) =>
      new JobQueue(this, queueId, {
        name: `${name}-${queueName}`,
        key: data.key,
        maximumReceives: reader.maximumReceives,
        consumerTimeout: Duration.seconds(reader.timeoutSeconds),
        consumerWindow: Duration.seconds(0),
        removalPolicy: removalPolicyOf(configuration),
      });
    this.requests = queue("Requests", "transcriptions", starter);
    this.transcripts = queue("Transcripts", "transcripts", router);
    const { requests, transcripts } = this;
    new TranscriptionStarting(this, "Starting", { configuration, audio, data, voice, requests, transcripts });
    new TranscriptRouting(this, "Routing", { ...props, requests, transcripts });
    new QueueRule(this, "JobEnds", {
      name: `${name}-transcription-ends`,
      description: "Ends of our jobs at Transcribe to the queue of the transcript-router",
      eventPattern: {
        source: ["aws.transcribe"],
        "detail-type": ["Transcribe Job State Change"],
        detail: { TranscriptionJobStatus: ["COMPLETED", "FAILED"], TranscriptionJobName: [{ prefix: jobPrefix(configuration.stage) }] },
      },
      targetId: "transcripts",
      queue: transcripts,
    });
    if (contactLens.files !== "none") {
      new ContactLensFiles(this, "ContactLensFiles", { name: `${name}-contact-lens-files`, recordings: voice.recordings, files: contactLens.files, transcripts });
    }
  }
}
