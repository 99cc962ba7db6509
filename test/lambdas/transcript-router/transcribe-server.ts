import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A job as Transcribe describes it on the wire: times in seconds since 1970. */
export interface WireJob {
  TranscriptionJobName: string;
  TranscriptionJobStatus: "QUEUED" | "IN_PROGRESS" | "FAILED" | "COMPLETED";
  CreationTime: number;
  FailureReason?: string;
  Transcript?: { TranscriptFileUri?: string; RedactedTranscriptFileUri?: string };
}

/** Answers GetTranscriptionJob (AWS JSON 1.1) for the jobs it is given, and `BadRequestException` for others, as Transcribe does. */
export class TranscribeServer {
  readonly jobs = new Map<string, WireJob>();
  readonly asked: string[] = [];
  isDown = false;

  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = (status: number, body: object): void => {
        response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify(body));
      };
      if (this.isDown) return answer(500, { __type: "InternalFailureException", message: "by test" });
      if (request.headers["x-amz-target"] !== "Transcribe.GetTranscriptionJob") return answer(400, { __type: "UnknownOperationException" });
      const { TranscriptionJobName: name } = JSON.parse(Buffer.concat(chunks).toString()) as { TranscriptionJobName: string };
      this.asked.push(name);
      const job = this.jobs.get(name);
      return job === undefined ? answer(400, { __type: "BadRequestException", Message: "The requested job couldn't be found. Check the job name and try your request again." }) : answer(200, { TranscriptionJob: job });
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}
