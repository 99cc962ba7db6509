import type { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, ListMessageMoveTasksCommand, SendMessageCommand, SQSClient, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import type { Deployment } from "../../cli/deployment.ts";
import type { ReplayClients } from "../../cli/replay-object.ts";

export const DEPLOYMENT: Deployment = {
  stage: "dev",
  local: false,
  clientConfiguration: { region: "eu-west-1" },
  outputs: {
    TextStreamName: "valence-dev-text",
    ResultsStreamName: "valence-dev-results",
    LakeBucketName: "lake",
    RejectsBucketName: "rejects-bucket",
    TextJobsQueueUrl: "https://sqs/valence-dev-text-jobs",
    TextJobsDeadLetterQueueUrl: "https://sqs/valence-dev-text-jobs-dead-letters",
    WarehouseWorkgroupName: "valence-dev",
    WarehouseDatabase: "valence",
    WarehouseAdminSecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:valence-dev-admin",
  },
};

const JOBS_ARN = "arn:aws:sqs:eu-west-1:123456789012:valence-dev-text-jobs";
const DEAD_LETTERS_ARN = "arn:aws:sqs:eu-west-1:123456789012:valence-dev-text-jobs-dead-letters";

/** A bucket, a stream and two queues in memory, behind the SDK clients' `send`. Anything not programmed throws. */
export class FakeAccount {
  readonly objects = new Map<string, string>();
  readonly put: { stream: string; data: string; partitionKey: string }[] = [];
  readonly messages: string[] = [];
  readonly moveTasks: string[] = [];
  deadLetters = 0;
  /** Set to make SQS accept the task and fail it afterwards. */
  moveFailure: string | undefined;
  /** Set to make the next copy fail, as an interruption between sending and moving would. */
  failNextCopy = false;

  clients(): ReplayClients {
    const s3 = new S3Client({ region: "eu-west-1" });
    const sqs = new SQSClient({ region: "eu-west-1" });
    s3.send = ((command: unknown) => this.#s3(command)) as typeof s3.send;
    sqs.send = ((command: unknown) => this.#sqs(command)) as typeof sqs.send;
    return { s3, sqs, kinesis: { send: async (command: PutRecordsCommand) => this.#kinesis(command) } as unknown as KinesisClient };
  }

  #kinesis(command: PutRecordsCommand): object {
    const { StreamName = "", Records = [] } = command.input;
    for (const { Data, PartitionKey = "" } of Records) {
      this.put.push({ stream: StreamName, data: Buffer.from(Data ?? []).toString("latin1"), partitionKey: PartitionKey });
    }
    return { FailedRecordCount: 0, Records: Records.map(() => ({ SequenceNumber: "1", ShardId: "s" })) };
  }

  async #s3(command: unknown): Promise<object> {
    if (command instanceof ListObjectsV2Command) {
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(command.input.Prefix ?? ""));
      return { Contents: keys.map((key) => ({ Key: key, Size: this.objects.get(key)?.length, LastModified: new Date(0) })) };
    }
    if (command instanceof GetObjectCommand) {
      const text = this.objects.get(command.input.Key ?? "");
      if (text === undefined) throw Object.assign(new Error("no such key"), { name: "NoSuchKey" });
      return { Body: { transformToString: async () => text } };
    }
    if (command instanceof CopyObjectCommand) {
      if (this.failNextCopy) {
        this.failNextCopy = false;
        throw new Error("the connection was lost");
      }
      const source = decodeURIComponent(command.input.CopySource ?? "").replace(/^[^/]+\//u, "");
      this.objects.set(command.input.Key ?? "", this.objects.get(source) ?? "");
      return {};
    }
    if (command instanceof DeleteObjectCommand) {
      this.objects.delete(command.input.Key ?? "");
      return {};
    }
    throw new Error(`not programmed: ${String(command?.constructor.name)}`);
  }

  async #sqs(command: unknown): Promise<object> {
    if (command instanceof GetQueueAttributesCommand) {
      if (command.input.QueueUrl === DEPLOYMENT.outputs.TextJobsQueueUrl) return { Attributes: { QueueArn: JOBS_ARN } };
      return { Attributes: { QueueArn: DEAD_LETTERS_ARN, ApproximateNumberOfMessages: String(this.deadLetters) } };
    }
    if (command instanceof StartMessageMoveTaskCommand) {
      this.moveTasks.push(`${command.input.SourceArn} > ${command.input.DestinationArn}`);
      return {};
    }
    if (command instanceof ListMessageMoveTasksCommand) {
      if (this.moveFailure !== undefined) return { Results: [{ Status: "FAILED", FailureReason: this.moveFailure }] };
      const moved = this.deadLetters;
      this.deadLetters = 0;
      return { Results: [{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: moved }] };
    }
    if (command instanceof SendMessageCommand) {
      this.messages.push(command.input.MessageBody ?? "");
      return {};
    }
    throw new Error(`not programmed: ${String(command?.constructor.name)}`);
  }
}
