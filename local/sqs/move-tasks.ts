import { randomUUID } from "node:crypto";
import { ServiceError } from "../service.ts";
import type { SqsEngine } from "./sqs-engine.ts";
import type { SqsInput } from "./sqs-requests.ts";

interface MoveTask {
  Status: "COMPLETED" | "FAILED";
  SourceArn: string;
  DestinationArn?: string;
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  FailureReason?: string;
  StartedTimestamp: number;
}

const TASKS_KEPT = 10;

/** Redrives of dead letters. They run at once and whole here, so a task is over when its start is answered. */
export class MoveTasks {
  readonly #engine: SqsEngine;
  readonly #tasks: MoveTask[] = [];

  constructor(engine: SqsEngine) {
    this.#engine = engine;
  }

  start(input: SqsInput<"StartMessageMoveTask">): { TaskHandle: string } {
    const source = this.#engine.queueNameOf(input.SourceArn);
    if (this.#engine.sourcesOf(source).length === 0) {
      throw new ServiceError("InvalidParameterValue", `Source queue must be configured as a Dead Letter Queue: no queue here sends its dead letters to ${source}.`);
    }
    const destination = typeof input.DestinationArn === "string" ? this.#engine.queueNameOf(input.DestinationArn) : undefined;
    const task: MoveTask = {
      Status: "COMPLETED",
      SourceArn: input.SourceArn,
      ApproximateNumberOfMessagesMoved: 0,
      ApproximateNumberOfMessagesToMove: this.#engine.stats(source).visible,
      StartedTimestamp: Date.now(),
      ...(typeof input.DestinationArn === "string" ? { DestinationArn: input.DestinationArn } : {}),
    };
    const before = this.#engine.stats(source).deleted;
    try {
      this.#engine.moveMessages(source, destination);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      task.Status = "FAILED";
      task.FailureReason = error.message;
    }
    task.ApproximateNumberOfMessagesMoved = this.#engine.stats(source).deleted - before;
    this.#tasks.unshift(task);
    this.#tasks.length = Math.min(this.#tasks.length, TASKS_KEPT);
    return { TaskHandle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: input.SourceArn })).toString("base64") };
  }

  /** Newest first. Only a running task shows its handle, as in the service, and none is running here. */
  list(input: SqsInput<"ListMessageMoveTasks">): { Results: MoveTask[] } {
    this.#engine.queueNameOf(input.SourceArn);
    return { Results: this.#tasks.filter((task) => task.SourceArn === input.SourceArn).slice(0, input.MaxResults ?? 1) };
  }
}
