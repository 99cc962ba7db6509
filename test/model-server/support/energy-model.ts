import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav, fromPcm16, toPcm16 } from "../../../core/audio/wav-file.ts";
import type { ModelManifest } from "../../../core/contracts/model-folder.ts";
import { encodeModel, type GraphNode, type GraphTensor } from "./onnx-graph.ts";

const RATE = 16_000;
/** Scores of (energy, mean) → happy, neutral, anger, surprise. */
const WEIGHTS = [
  [9, -3, 2, 1],
  [2, 5, -4, 3],
];
const BIAS = [-1, 1, 0.2, -0.5];
/** Side of the square matrices of a slow model: one product takes some 10 ms. */
const SLOW_SIDE = 512;

/** softmax(BIAS + energy × WEIGHTS[0] + mean × WEIGHTS[1]): what the graph below computes, in float64. */
export function expectedProbabilities(samples: Float32Array): number[] {
  const energy = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const scores = BIAS.map((bias, label) => bias + energy * WEIGHTS[0]![label]! + mean * WEIGHTS[1]![label]!);
  const exponentials = scores.map((score) => Math.exp(score));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** @param products of large matrices that add nothing to the answer but time. */
export function energyGraph(products = 0, names = { input: "audio", output: "probs" }): Uint8Array {
  const tensors: GraphTensor[] = [
    { name: "weights", dims: [2, 4], values: WEIGHTS.flat(), type: "float32" },
    { name: "bias", dims: [4], values: BIAS, type: "float32" },
  ];
  const overTime = { axes: [1], keepdims: 1 };
  const nodes: GraphNode[] = [
    { operator: "Mul", inputs: [names.input, names.input], outputs: ["squares"] },
    { operator: "ReduceMean", inputs: ["squares"], outputs: ["energy"], attributes: overTime },
    { operator: "ReduceMean", inputs: [names.input], outputs: ["mean"], attributes: overTime },
    { operator: "Concat", inputs: ["energy", "mean"], outputs: ["features"], attributes: { axis: 1 } },
    { operator: "MatMul", inputs: ["features", "weights"], outputs: ["products"] },
    { operator: "Add", inputs: ["products", "bias"], outputs: ["scores"] },
  ];
  if (products > 0) {
    tensors.push(
      { name: "zero", dims: [1], values: [0], type: "float32" },
      { name: "square", dims: [2], values: [SLOW_SIDE, SLOW_SIDE], type: "int64" },
      { name: "matrix", dims: [SLOW_SIDE, SLOW_SIDE], values: Array.from({ length: SLOW_SIDE ** 2 }, (_, index) => ((index * 7919) % 13) / SLOW_SIDE / 13), type: "float32" },
    );
    nodes.push(
      // Made of the audio, or the runtime would work it out once, at loading.
      { operator: "Expand", inputs: ["energy", "square"], outputs: ["slow0"] },
      ...Array.from({ length: products }, (_, index) => ({ operator: "MatMul", inputs: [`slow${index}`, "matrix"], outputs: [`slow${index + 1}`] })),
      { operator: "ReduceMean", inputs: [`slow${products}`], outputs: ["slow"], attributes: { axes: [0, 1], keepdims: 0 } },
      { operator: "Mul", inputs: ["slow", "zero"], outputs: ["nothing"] },
      { operator: "Add", inputs: ["scores", "nothing"], outputs: ["all"] },
    );
  }
  nodes.push({ operator: "Softmax", inputs: [products > 0 ? "all" : "scores"], outputs: [names.output], attributes: { axis: -1 } });
  return encodeModel(nodes, tensors, BIAS.length, names);
}

/** `seconds` of a tone at 16 kHz with a constant offset, as 16-bit PCM holds it. */
export function tone(seconds: number, level = 0.4, hertz = 220, offset = 0): Float32Array {
  return fromPcm16(toPcm16(Float32Array.from({ length: Math.round(seconds * RATE) }, (_, index) => offset + level * Math.sin((2 * Math.PI * hertz * index) / RATE))));
}

export function wav(samples: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encodeWav([samples], RATE));
}

export interface FolderOptions {
  products?: number;
  graph?: Uint8Array;
  manifest?: Partial<ModelManifest>;
}

/** A model folder under the system's temporary folder. Windows of 2 s every 1.5 s. */
export function writeEnergyModel({ products = 0, graph = energyGraph(products), manifest = {} }: FolderOptions = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "valence-model-"));
  mkdirSync(join(folder, "golden"));
  const clip = tone(1, 0.5, 300, 0.1);
  const contents: Record<string, Uint8Array> = { "model.onnx": graph, "golden/tone.wav": wav(clip) };
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(folder, name), bytes);
  const complete: ModelManifest = {
    schema: "valence.model/1",
    name: "energy",
    version: "1.0.0",
    family: "test",
    samplingRate: RATE,
    windowSeconds: 2,
    hopSeconds: 1.5,
    minimumSeconds: 0.25,
    labels: [
      { name: "happy", valence: "positive" },
      { name: "neutral", valence: "neutral" },
      { name: "anger", valence: "negative" },
      { name: "surprise", valence: null },
    ],
    quantization: "none",
    lowConfidenceBelow: 0.5,
    scores: "service",
    licence: "Apache-2.0",
    agreement: { clips: 0, labels: 1, largestDifference: 0 },
    golden: [{ clip: "golden/tone.wav", probabilities: expectedProbabilities(clip) }],
    goldenTolerance: 0.001,
    files: Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }])),
    madeWith: {},
    ...manifest,
  };
  writeFileSync(join(folder, "model.json"), JSON.stringify(complete));
  return folder;
}
