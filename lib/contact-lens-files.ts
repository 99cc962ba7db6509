import { Construct } from "constructs";
import type { JobQueue } from "./job-queue.ts";
import { QueueRule } from "./queue-rule.ts";
import type { RecordingsBucket } from "./recordings-bucket.ts";

/**
 * How the keys of Contact Lens's analyses of calls begin, wherever the instance puts them: redacted ones in a folder of their own, the others right
 * in folders of years (Amazon Connect administrator guide, "Locate analyzed and redacted files").
 */
export const ANALYSES = { redacted: "*Analysis/Voice/Redacted/", original: "*Analysis/Voice/2" } as const;

export interface ContactLensFilesProps {
  /** The rule's name. */
  name: string;
  recordings: RecordingsBucket;
  files: keyof typeof ANALYSES;
  transcripts: JobQueue;
}

/** Each analysis that Contact Lens puts into the recordings bucket becomes a message. */
export class ContactLensFiles extends Construct {
  constructor(scope: Construct, id: string, { files, name, recordings, transcripts }: ContactLensFilesProps) {
    super(scope, id);
    new QueueRule(this, "Rule", {
      name,
      description: "New analyses of Contact Lens to the queue of the transcript-router",
      eventPattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [recordings.bucketName] }, object: { key: [{ wildcard: `${ANALYSES[files]}*.json` }] } },
      },
      targetId: "transcripts",
      queue: transcripts,
    });
  }
}
