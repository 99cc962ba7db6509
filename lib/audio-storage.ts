import type { RemovalPolicy } from "aws-cdk-lib";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { AudioBucket } from "./audio-bucket.ts";
import type { AudioConfiguration } from "./audio-configuration.ts";
import type { DataKey } from "./data-key.ts";
import { RecordStream } from "./record-stream.ts";
import { RecordingsBucket } from "./recordings-bucket.ts";

export interface AudioStorageProps {
  stage: string;
  configuration: AudioConfiguration;
  key: DataKey;
  accessLogs: Bucket;
  removalPolicy: RemovalPolicy;
}

/** Where the voice road keeps what it hears. */
export class AudioStorage extends Construct {
  readonly stream: RecordStream;
  readonly recordings: RecordingsBucket;
  readonly audio: AudioBucket;

  constructor(scope: Construct, id: string, props: AudioStorageProps) {
    super(scope, id);
    const { accessLogs, configuration, key, removalPolicy, stage } = props;
    this.stream = new RecordStream(this, "Stream", { name: `valence-${stage}-audio`, key, configuration: configuration.stream, removalPolicy });
    this.recordings = new RecordingsBucket(this, "Recordings", { key, accessLogs, expireAfterDays: configuration.recordings.expireAfterDays, removalPolicy });
    this.audio = new AudioBucket(this, "Prepared", { key, accessLogs, expireAfterDays: configuration.prepared.expireAfterDays, removalPolicy });
  }
}
