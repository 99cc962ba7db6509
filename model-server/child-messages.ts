import type { AnswerWithoutTimings } from "./combine-windows.ts";
import type { ProblemCode } from "./request-problem.ts";

/** How a body is to be read: audio of any container, our JSON, or little-endian float32 at the model's rate. */
export type BodyKind = "audio" | "json" | "float32";

export interface AudioLimits {
  maximumSeconds: number;
  maximumBytes: number;
}

/** What a child is started with, as its only argument, in JSON. */
export interface ChildAssignment {
  modelFolder: string;
  limits: AudioLimits;
}

export interface Question {
  body: Uint8Array;
  kind: BodyKind;
}

/** What one answer cost the child, in milliseconds. */
export interface ChildTimings {
  decodeMs: number;
  inferenceMs: number;
}

/** A child says `ready` or `unfit` once, and then one reply a question. */
export type ChildMessage =
  | { type: "ready"; startMs: number }
  /** No new child would do better: the model folder itself is wrong. */
  | { type: "unfit"; message: string }
  | { type: "answer"; answer: AnswerWithoutTimings; timings: ChildTimings }
  | { type: "problem"; code: ProblemCode; message: string };
