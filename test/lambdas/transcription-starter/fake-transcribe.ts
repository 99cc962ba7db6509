import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { JobParameters } from "../../../core/transcripts/job-parameters.ts";
import { offenceOf } from "./documented-constraints.ts";

interface Job {
  parameters: JobParameters;
  status: "QUEUED" | "IN_PROGRESS" | "COMPLETED" | "FAILED";
}

export type TranscribeFault = { status: number; name: string; message: string };

export const THROTTLED: TranscribeFault = { status: 400, name: "ThrottlingException", message: "Rate exceeded" };

/** A loopback port that keeps transcription jobs by the API's rules: names once, a quota of concurrent jobs, the others queued in their order. */
export class FakeTranscribe {
  readonly jobs = new Map<string, Job>();
  /** How often each job was created. */
  readonly created: string[] = [];
  readonly ended: string[] = [];
  calls: Record<string, number> = {};
  mostAtOnce = 0;
  faultOf: (operation: string) => TranscribeFault | undefined = () => undefined;
  readonly #quota: number;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(quota = 250) {
    this.#quota = quota;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Ends the oldest running job and takes the next one of the queue. @returns false when none runs. */
  endOne(as: "COMPLETED" | "FAILED" = "COMPLETED"): boolean {
    const [name] = this.#with("IN_PROGRESS");
    if (name === undefined) return false;
    this.jobs.get(name)!.status = as;
    this.ended.push(name);
    this.#fill();
    return true;
  }

  #with(status: Job["status"]): string[] {
    return [...this.jobs].flatMap(([name, job]) => (job.status === status ? [name] : []));
  }

  #fill(): void {
    for (const name of this.#with("QUEUED").slice(0, this.#quota - this.#with("IN_PROGRESS").length)) this.jobs.get(name)!.status = "IN_PROGRESS";
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#with("IN_PROGRESS").length);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
    const answer = this.faultOf(operation) ?? this.#answer(operation, JSON.parse(Buffer.concat(chunks).toString()) as JobParameters);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if ("name" in answer) {
      response.statusCode = answer.status;
      response.end(JSON.stringify({ __type: answer.name, Message: answer.message }));
      return;
    }
    response.end(JSON.stringify(answer));
  }

  #answer(operation: string, input: JobParameters): TranscribeFault | { TranscriptionJob?: object } {
    const { JobExecutionSettings, TranscriptionJobName: name } = input;
    const job = this.jobs.get(name);
    switch (operation) {
      case "StartTranscriptionJob": {
        const offence = offenceOf(input);
        if (offence !== undefined) return { status: 400, name: "BadRequestException", message: offence };
        if (job !== undefined) return { status: 400, name: "ConflictException", message: "The requested job name already exists. Job names must be unique within an account." };
        if (this.#with("IN_PROGRESS").length >= this.#quota && !JobExecutionSettings.AllowDeferredExecution) return { status: 400, name: "LimitExceededException", message: "Subscriber limit exceeded" };
        this.jobs.set(name, { parameters: input, status: "QUEUED" });
        this.created.push(name);
        this.#fill();
        return { TranscriptionJob: { TranscriptionJobName: name, TranscriptionJobStatus: this.jobs.get(name)!.status } };
      }
      case "GetTranscriptionJob":
        if (job === undefined) return { status: 400, name: "NotFoundException", message: "The requested job couldn't be found. Check the job name and try your request again." };
        return { TranscriptionJob: { TranscriptionJobName: name, TranscriptionJobStatus: job.status } };
      case "DeleteTranscriptionJob":
        if (job?.status === "QUEUED" || job?.status === "IN_PROGRESS") return { status: 400, name: "BadRequestException", message: "The job is in a non-terminal state." };
        this.jobs.delete(name);
        return {};
      default:
        return { status: 400, name: "UnknownOperationException", message: operation };
    }
  }
}
