import { Construct } from "constructs";
import { OWN_RECORDINGS_PREFIX } from "../core/contracts/recording-notice.ts";
import type { JobQueue } from "./job-queue.ts";
import { QueueRule } from "./queue-rule.ts";
import type { RecordingsBucket } from "./recordings-bucket.ts";

export interface RecordingEventsProps {
  /** The rule's name. */
  name: string;
  recordings: RecordingsBucket;
  notices: JobQueue;
}

/** Each recording that a producer puts into the bucket becomes a message; those that Valence writes itself do not. */
export class RecordingEvents extends Construct {
  constructor(scope: Construct, id: string, { name, notices, recordings }: RecordingEventsProps) {
    super(scope, id);
    new QueueRule(this, "Rule", {
      name,
      description: "New recordings to the queue of the audio-preprocessor",
      eventPattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [recordings.bucketName] }, object: { key: [{ "anything-but": { prefix: OWN_RECORDINGS_PREFIX } }] } },
      },
      targetId: "recordings",
      queue: notices,
    });
  }
}
