import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { AccessLogBucket } from "./access-log-bucket.ts";
import { alertsName } from "./alerts.ts";
import { AudioStorage } from "./audio-storage.ts";
import type { Configuration } from "./configuration.ts";
import { ConversationsTable } from "./conversations-table.ts";
import { DataKey } from "./data-key.ts";
import { publish } from "./deployment-output.ts";
import { RecordStream } from "./record-stream.ts";
import { RejectsBucket } from "./rejects-bucket.ts";
import { removalPolicyOf } from "./removal-policy.ts";
import { ResultsDelivery } from "./results-delivery.ts";
import { ResultsLake } from "./results-lake.ts";
import { ResultsTable } from "./results-table.ts";

export interface DataStackProps extends StackProps {
  configuration: Configuration;
}

/** What outlives every deployment of code: streams, buckets, the table, the key. */
export class DataStack extends Stack {
  readonly key: DataKey;
  readonly textStream: RecordStream;
  readonly resultsStream: RecordStream;
  readonly rejects: RejectsBucket;
  /** Of a stage with a voice road. */
  readonly voice: AudioStorage | undefined;
  /** Of a stage that tracks conversations. */
  readonly conversations: ConversationsTable | undefined;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { audio, conversations, lake: lakeConfiguration, logs, rejects, stage, streams } = props.configuration;
    const removalPolicy = removalPolicyOf(props.configuration);

    this.key = new DataKey(this, "Key", { alias: `valence-${stage}`, removalPolicy });
    const key = this.key;
    this.textStream = new RecordStream(this, "TextStream", { name: `valence-${stage}-text`, key, configuration: streams.text, removalPolicy });
    this.resultsStream = new RecordStream(this, "ResultsStream", { name: `valence-${stage}-results`, key, configuration: streams.results, removalPolicy });

    const accessLogs = new AccessLogBucket(this, "AccessLogs", { expireAfter: Duration.days(90), removalPolicy }).bucket;
    this.rejects = new RejectsBucket(this, "Rejects", { key, accessLogs, expireAfterDays: rejects.expireAfterDays, removalPolicy });
    const lake = new ResultsLake(this, "Lake", { key, accessLogs, configuration: lakeConfiguration, removalPolicy });
    const table = new ResultsTable(this, "ResultsTable", { stage, lake });
    new ResultsDelivery(this, "ResultsDelivery", {
      name: `valence-${stage}-results`,
      results: this.resultsStream,
      lake,
      table,
      configuration: lakeConfiguration,
      logRetention: logs.retentionDays,
    });

    this.voice = audio === null ? undefined : new AudioStorage(this, "Voice", { stage, configuration: audio, key, accessLogs, removalPolicy });
    this.conversations = conversations === null ? undefined : new ConversationsTable(this, "Conversations", { key, removalPolicy });
    // EventBridge puts recordings, ends of jobs and alerts on queues that are encrypted under this key.
    if (this.voice !== undefined || this.conversations !== undefined) key.allowEvents();
    if (this.conversations !== undefined) key.allowEventsOnTopic(alertsName(stage));

    publish(this, {
      TextStreamName: this.textStream.streamName,
      ResultsStreamName: this.resultsStream.streamName,
      LakeBucketName: lake.bucket.bucketName,
      RejectsBucketName: this.rejects.bucketName,
      ...(this.voice === undefined
        ? {}
        : { AudioStreamName: this.voice.stream.streamName, RecordingsBucketName: this.voice.recordings.bucketName, AudioBucketName: this.voice.audio.bucketName }),
      ...(this.conversations === undefined ? {} : { ConversationsTableName: this.conversations.tableName }),
    });
  }
}
