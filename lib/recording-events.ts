import { Stack } from "aws-cdk-lib";
import { CfnRule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { OWN_RECORDINGS_PREFIX } from "../core/contracts/recording-notice.ts";
import type { JobQueue } from "./job-queue.ts";
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
    const rule = new CfnRule(this, "Rule", {
      name,
      description: "New recordings to the queue of the audio-preprocessor",
      eventPattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [recordings.bucketName] }, object: { key: [{ "anything-but": { prefix: OWN_RECORDINGS_PREFIX } }] } },
      },
      targets: [
        {
          id: "recordings",
          arn: notices.queue.queueArn,
          // EventBridge's longest: after a day of refusals the event waits beside the recordings that could not be heard.
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
          deadLetterConfig: { arn: notices.deadLetters.queueArn },
        },
      ],
    });
    for (const queue of [notices.queue, notices.deadLetters]) allowSending(queue, rule);
  }
}

function allowSending(queue: Queue, rule: CfnRule): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("events.amazonaws.com")],
      actions: ["sqs:SendMessage"],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { "aws:SourceArn": rule.attrArn }, StringEquals: { "aws:SourceAccount": Stack.of(queue).account } },
    }),
  );
}
