import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Configuration } from "./configuration.ts";
import { Conversations } from "./conversations.ts";
import type { DataStack } from "./data-stack.ts";
import { publish } from "./deployment-output.ts";
import { JobQueue } from "./job-queue.ts";
import { removalPolicyOf } from "./removal-policy.ts";
import { TextClassification } from "./text-classification.ts";
import { TextPreprocessing } from "./text-preprocessing.ts";
import { VoiceRoad } from "./voice-road.ts";

export interface PipelineStackProps extends StackProps {
  configuration: Configuration;
  data: DataStack;
}

/** The code and the queues between: deployed many times a day. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { configuration, data } = props;
    const jobs = new JobQueue(this, "TextJobs", {
      name: `valence-${configuration.stage}-text-jobs`,
      key: data.key,
      maximumReceives: configuration.textClassifier.maximumReceives,
      consumerTimeout: Duration.seconds(configuration.textClassifier.timeoutSeconds),
      consumerWindow: Duration.seconds(configuration.textClassifier.windowSeconds),
      removalPolicy: removalPolicyOf(configuration),
    });
    new TextPreprocessing(this, "TextPreprocessing", { configuration, text: data.textStream, jobs, rejects: data.rejects });
    new TextClassification(this, "TextClassification", { configuration, jobs, results: data.resultsStream, rejects: data.rejects });
    publish(this, { TextJobsQueueUrl: jobs.queue.queueUrl, TextJobsDeadLetterQueueUrl: jobs.deadLetters.queueUrl });
    if (configuration.audio !== null && data.voice !== undefined) {
      const road = new VoiceRoad(this, "Voice", { configuration, audio: configuration.audio, data, voice: data.voice, textJobs: jobs });
      publish(this, {
        RecordingsQueueUrl: road.recordings.queue.queueUrl,
        RecordingsDeadLetterQueueUrl: road.recordings.deadLetters.queueUrl,
        QuietChecksQueueUrl: road.quietChecks.queue.queueUrl,
        QuietChecksDeadLetterQueueUrl: road.quietChecks.deadLetters.queueUrl,
        AudioJobsQueueUrl: road.jobs.queue.queueUrl,
        AudioJobsDeadLetterQueueUrl: road.jobs.deadLetters.queueUrl,
        TranscriptionsQueueUrl: road.transcription.requests.queue.queueUrl,
        TranscriptionsDeadLetterQueueUrl: road.transcription.requests.deadLetters.queueUrl,
        TranscriptsQueueUrl: road.transcription.transcripts.queue.queueUrl,
        TranscriptsDeadLetterQueueUrl: road.transcription.transcripts.deadLetters.queueUrl,
      });
    }
    if (configuration.conversations !== null && data.conversations !== undefined) {
      const { alerts, connectAlerts, ends } = new Conversations(this, "Conversations", { configuration, conversations: configuration.conversations, data, table: data.conversations });
      publish(this, {
        ConversationEndsQueueUrl: ends.queue.queueUrl,
        ConversationEndsDeadLetterQueueUrl: ends.deadLetters.queueUrl,
        AlertsBusName: alerts.bus.eventBusName,
        AlertsTopicArn: alerts.topic.topicArn,
        AlertsDeadLetterQueueUrl: alerts.deadLetters.queueUrl,
        ...(connectAlerts === undefined ? {} : { ConnectAlertsQueueUrl: connectAlerts.queue.queueUrl, ConnectAlertsDeadLetterQueueUrl: connectAlerts.deadLetters.queueUrl }),
      });
    }
  }
}
