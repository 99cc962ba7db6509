import { InferenceSession, Tensor } from "onnxruntime-node";
import { ModelFolderError } from "./model-folder.ts";

/** One graph on one thread. Running it blocks the process: that is why it lives in a child. */
export class GraphSession {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** @throws ModelFolderError when the file is no graph, or not one from `audio` to `probs`. */
  static async open(path: string): Promise<GraphSession> {
    const session = await InferenceSession.create(path, {
      executionProviders: ["cpu"],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      // Plans memory for one length of audio, and every request has another.
      enableMemPattern: false,
      logSeverityLevel: 3,
    }).catch((error: Error) => {
      throw new ModelFolderError(`${path} cannot be loaded: ${error.message}`);
    });
    const { inputNames, outputNames } = session;
    if (inputNames.join() !== "audio" || !outputNames.includes("probs")) {
      throw new ModelFolderError(`${path} goes from [${inputNames.join(", ")}] to [${outputNames.join(", ")}]; a model folder's graph goes from "audio" to "probs".`);
    }
    return new GraphSession(session);
  }

  /** `samples` float32 [time] at the model's rate → the graph's output for it, one number a label. */
  async run(samples: Float32Array): Promise<ArrayLike<number>> {
    const { probs } = await this.#session.run({ audio: new Tensor("float32", samples, [1, samples.length]) }, ["probs"]);
    if (!(probs?.data instanceof Float32Array)) throw new ModelFolderError(`The graph's "probs" is ${probs?.type ?? "missing"}, not float32.`);
    const values = Float32Array.from(probs.data);
    probs.dispose();
    return values;
  }
}
