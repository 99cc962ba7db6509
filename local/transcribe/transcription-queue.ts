import { AppendLog } from "../storage/append-log.ts";
import { ServiceError } from "../service.ts";
import { isUnfinished, type TranscriptionJob } from "./transcription-job.ts";

/** How a job ended. */
export type Ending = Pick<TranscriptionJob, "failureReason" | "language">;

export interface TranscriptionQueueOptions {
  /** The log of all jobs. */
  path: string;
  /** Jobs in progress at a time; the service's default is 250. */
  quota?: number;
  /** Does the work of one job; a throw counts as a failure, too. */
  run: (job: TranscriptionJob) => Promise<Ending>;
  /** Hears of each end once it is kept. */
  onEnd: (job: TranscriptionJob) => void;
  log: (line: string) => void;
}

export const DEFAULT_QUOTA = 250;
/** "To maintain optimal performance, Transcribe only uses up to 90 percent of your quota to process queued jobs." (Job queueing) */
const SHARE_FOR_QUEUED = 0.9;
const LONGEST_QUEUE = 10_000;

/**
 * The jobs, in progress and waiting, first in first out. Every change is in the log before anybody hears of it; what was unfinished when
 * the process ended is begun anew by the next one.
 */
export class TranscriptionQueue {
  readonly #options: TranscriptionQueueOptions;
  readonly #quota: number;
  readonly #log: AppendLog;
  readonly #jobs = new Map<string, TranscriptionJob>();
  #waiting: TranscriptionJob[] = [];
  #running = 0;
  #number = 0;
  #stopped = false;

  constructor(options: TranscriptionQueueOptions) {
    this.#options = options;
    this.#quota = options.quota ?? DEFAULT_QUOTA;
    this.#log = AppendLog.open(options.path, ({ payload }) => this.#replay(JSON.parse(payload.toString("utf8")) as TranscriptionJob | { deleted: string }));
    this.#waiting = [...this.#jobs.values()].filter(isUnfinished).sort((one, other) => one.number - other.number);
    for (const job of this.#waiting) {
      job.status = "QUEUED";
      delete job.startedAt;
    }
    this.#startWaiting();
  }

  get(name: string): TranscriptionJob | undefined {
    return this.#jobs.get(name);
  }

  /** Newest first. */
  list(): TranscriptionJob[] {
    return [...this.#jobs.values()].sort((one, other) => other.number - one.number);
  }

  stats(): { queued: number; running: number } {
    return { queued: this.#waiting.length, running: this.#running };
  }

  /** @throws ServiceError `ConflictException` for a name that is taken, `LimitExceededException` where no room is left. */
  add({ request, worker }: Pick<TranscriptionJob, "request" | "worker">): TranscriptionJob {
    const name = request.TranscriptionJobName;
    if (this.#jobs.has(name)) throw new ServiceError("ConflictException", "The requested job name already exists. Use a different job name.");
    const deferrable = request.JobExecutionSettings?.AllowDeferredExecution === true;
    // A job that may wait goes behind those that wait already.
    const atOnce = this.#running < this.#quota && !(deferrable && this.#waiting.length > 0);
    if (!atOnce && !deferrable) throw new ServiceError("LimitExceededException", `You have ${this.#running} jobs in progress, the most at a time. Wait until one has ended, or set AllowDeferredExecution.`);
    if (!atOnce && this.#waiting.length >= LONGEST_QUEUE) throw new ServiceError("LimitExceededException", `${LONGEST_QUEUE} jobs are queued, the most there may be.`);
    this.#number += 1;
    const job: TranscriptionJob = { number: this.#number, request, worker, status: "QUEUED", createdAt: Date.now() };
    this.#jobs.set(name, job);
    if (atOnce) this.#start(job);
    else {
      this.#keep(job);
      this.#waiting.push(job);
    }
    return job;
  }

  /** @throws ServiceError `BadRequestException` while it is at work, or when there is none: DeleteTranscriptionJob knows no NotFoundException. */
  delete(name: string): void {
    const job = this.#jobs.get(name);
    if (job === undefined) throw new ServiceError("BadRequestException", "The requested job couldn't be found. Check the job name and try your request again.");
    if (isUnfinished(job)) throw new ServiceError("BadRequestException", `The requested job couldn't be deleted: it is ${job.status}. Try again when it has ended.`);
    this.#jobs.delete(name);
    this.#log.append([Buffer.from(JSON.stringify({ deleted: name }))]);
  }

  /** Nothing is written any more; what is in progress is begun anew by the next run. */
  close(): void {
    this.#stopped = true;
    this.#log.close();
  }

  #replay(entry: TranscriptionJob | { deleted: string }): void {
    if ("deleted" in entry) this.#jobs.delete(entry.deleted);
    else {
      this.#jobs.set(entry.request.TranscriptionJobName, entry);
      this.#number = Math.max(this.#number, entry.number);
    }
  }

  #keep(job: TranscriptionJob): void {
    this.#log.append([Buffer.from(JSON.stringify(job))]);
  }

  #startWaiting(): void {
    const share = Math.max(1, Math.floor(this.#quota * SHARE_FOR_QUEUED));
    while (this.#running < share) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#start(next);
    }
  }

  #start(job: TranscriptionJob): void {
    job.status = "IN_PROGRESS";
    job.startedAt = Date.now();
    this.#keep(job);
    this.#running += 1;
    // A full disk, or an event that could not be handed on: the next run begins the job anew, or its check finds it.
    void this.#work(job).catch((error: unknown) => this.#options.log(`transcription job ${job.request.TranscriptionJobName}: ${error instanceof Error ? error.message : String(error)}`));
  }

  async #work(job: TranscriptionJob): Promise<void> {
    // The answer to the request goes out first.
    await Promise.resolve();
    const ending = await this.#options.run(job).catch((error: unknown): Ending => ({ failureReason: `The local Transcribe failed: ${error instanceof Error ? error.message : String(error)}` }));
    if (this.#stopped) return;
    this.#running -= 1;
    try {
      Object.assign(job, ending);
      job.completedAt = Date.now();
      job.status = ending.failureReason === undefined ? "COMPLETED" : "FAILED";
      this.#keep(job);
      this.#options.onEnd(job);
    } finally {
      this.#startWaiting();
    }
  }
}
