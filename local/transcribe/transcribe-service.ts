import { randomUUID } from "node:crypto";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import { jsonError, jsonResponse, parseInput, readJsonObject, targetOperation, unknownOperation } from "../protocols/aws-json.ts";
import { AccessDeniedError, type LocalService, type RequiredPermission, ServiceError, type ServiceRequest, type ServiceResponse } from "../service.ts";
import { type DataAccess, jobArn, keyArn, TRANSCRIBE_PRINCIPAL } from "./data-access.ts";
import { runTranscription, type TranscriptionParts } from "./run-transcription.ts";
import { describeJob, summarizeJob, type TranscriptionJob } from "./transcription-job.ts";
import { TranscriptionQueue } from "./transcription-queue.ts";
import { ListSchema, mediaAddress, NamedJobSchema, outputKey, parseStart } from "./transcription-requests.ts";

const OPERATIONS = ["StartTranscriptionJob", "GetTranscriptionJob", "ListTranscriptionJobs", "DeleteTranscriptionJob"] as const;
type Operation = (typeof OPERATIONS)[number];

export interface TranscribeServiceOptions extends TranscriptionParts {
  /** The log of all jobs. */
  path: string;
  quota?: number;
  /** EventBridge's default bus. */
  publish: (event: Readonly<Record<string, unknown>>) => void;
  log: (line: string) => void;
}

/** Amazon Transcribe's batch API in front of whatever can write recordings down on this machine. */
export class TranscribeService implements LocalService {
  readonly signingName = "transcribe";
  readonly #options: TranscribeServiceOptions;
  readonly #access: DataAccess;
  readonly #queue: TranscriptionQueue;

  constructor(options: TranscribeServiceOptions) {
    this.#options = options;
    this.#access = options.access;
    this.#queue = new TranscriptionQueue({
      path: options.path,
      ...(options.quota === undefined ? {} : { quota: options.quota }),
      run: (job) => runTranscription(job, options),
      onEnd: (job) => options.publish(stateChange(job)),
      log: options.log,
    });
  }

  stats(): { queued: number; running: number } {
    return this.#queue.stats();
  }

  close(): void {
    this.#queue.close();
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    const operation = operationOf(request);
    // Starting and listing know no resources (Service Authorization Reference, Amazon Transcribe).
    if (operation === "ListTranscriptionJobs") return [{ action: "transcribe:ListTranscriptionJobs", resource: "*" }];
    if (operation !== "StartTranscriptionJob") return [{ action: `transcribe:${operation}`, resource: jobArn(parseInput(NamedJobSchema, readJsonObject(request), "BadRequestException").TranscriptionJobName) }];
    const { JobExecutionSettings, OutputEncryptionKMSKeyId } = parseStart(readJsonObject(request));
    const roleArn = JobExecutionSettings?.DataAccessRoleArn;
    return [
      { action: "transcribe:StartTranscriptionJob", resource: "*" },
      ...(roleArn === undefined ? [] : [{ action: "iam:PassRole", resource: roleArn, context: { "iam:passedtoservice": TRANSCRIBE_PRINCIPAL } }]),
      // Who asks needs the key as well as the role ("OutputEncryptionKMSKeyId").
      ...(OutputEncryptionKMSKeyId === undefined ? [] : [{ action: "kms:GenerateDataKey", resource: keyArn(OutputEncryptionKMSKeyId) }]),
    ];
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = operationOf(request);
    const input = readJsonObject(request);
    if (operation === "StartTranscriptionJob") return jsonResponse("1.1", { TranscriptionJob: describeJob(await this.#start(input, request)) });
    if (operation === "ListTranscriptionJobs") return jsonResponse("1.1", this.#list(input));
    const { TranscriptionJobName: name } = parseInput(NamedJobSchema, input, "BadRequestException");
    if (operation === "DeleteTranscriptionJob") {
      this.#queue.delete(name);
      return jsonResponse("1.1", {});
    }
    const job = this.#queue.get(name);
    if (job === undefined) throw new ServiceError("NotFoundException", "We can't find the requested resource. Check that the specified name is correct and try your request again.");
    return jsonResponse("1.1", { TranscriptionJob: describeJob(job) });
  }

  renderError(error: ServiceError): ServiceResponse {
    return jsonError("1.1", error);
  }

  async #start(input: unknown, { caller }: ServiceRequest): Promise<TranscriptionJob> {
    const request = parseStart(input);
    const name = request.TranscriptionJobName;
    const roleArn = request.JobExecutionSettings?.DataAccessRoleArn;
    const worker = roleArn === undefined ? caller : { roleArn, name: `Transcribe ${name}` };
    const { bucket, key } = mediaAddress(request.Media.MediaFileUri);
    if (roleArn !== undefined) this.#access.requireTrust(roleArn, name);
    for (const named of [bucket, request.OutputBucketName]) {
      if (!this.#options.s3.bucketNames().includes(named)) throw new ServiceError("BadRequestException", `The specified S3 bucket does not exist: ${named}.`);
    }
    try {
      this.#access.requireReading(worker, bucket, key);
      this.#access.requireWriting(worker, request.OutputBucketName, outputKey(request), request.OutputEncryptionKMSKeyId);
    } catch (error) {
      if (error instanceof AccessDeniedError) throw new ServiceError("BadRequestException", `The specified S3 bucket can't be accessed: ${error.message}`);
      throw error;
    }
    if ((await this.#options.s3.bucket(bucket).head(key)) === undefined) {
      throw new ServiceError("BadRequestException", "The URI that you provided doesn't point to an S3 object. Make sure that the object exists and try your request again.");
    }
    return this.#queue.add({ request, worker });
  }

  #list(input: unknown): object {
    const { JobNameContains, MaxResults, NextToken, Status } = parseInput(ListSchema, input, "BadRequestException");
    const before = NextToken === undefined ? Infinity : Number(Buffer.from(NextToken, "base64url").toString("utf8"));
    if (Number.isNaN(before)) throw new ServiceError("BadRequestException", "NextToken is none that ListTranscriptionJobs gave.");
    const wanted = this.#queue
      .list()
      .filter((job) => job.number < before && (Status === undefined || job.status === Status))
      .filter((job) => job.request.TranscriptionJobName.toLowerCase().includes((JobNameContains ?? "").toLowerCase()));
    const page = wanted.slice(0, MaxResults);
    const last = page.at(-1);
    return {
      ...(Status === undefined ? {} : { Status }),
      ...(last !== undefined && page.length < wanted.length ? { NextToken: Buffer.from(String(last.number)).toString("base64url") } : {}),
      TranscriptionJobSummaries: page.map(summarizeJob),
    };
  }
}

function operationOf(request: ServiceRequest): Operation {
  const operation = targetOperation(request);
  const known = OPERATIONS.find((one) => one === operation);
  if (known === undefined) throw unknownOperation("transcribe", operation, OPERATIONS);
  return known;
}

/** "Transcribe Job State Change", as EventBridge gets it when a job has ended. */
function stateChange({ completedAt, failureReason, request, status }: TranscriptionJob): Record<string, unknown> {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Transcribe Job State Change",
    source: "aws.transcribe",
    account: LOCAL_ACCOUNT_ID,
    time: new Date(completedAt ?? Date.now()).toISOString().replace(/\.\d+Z$/u, "Z"),
    region: LOCAL_REGION,
    resources: [],
    detail: { TranscriptionJobName: request.TranscriptionJobName, TranscriptionJobStatus: status, ...(failureReason === undefined ? {} : { FailureReason: failureReason }) },
  };
}
