import { join } from "node:path";
import { AudioRefusedError } from "../core/contracts/audio-refusal.ts";
import type { ChildAssignment, ChildMessage, Question } from "./child-messages.ts";
import { hearAudio } from "./hear-audio.ts";
import { GraphSession } from "./inference-session.ts";
import { GRAPH, ModelFolderError, readManifest } from "./model-folder.ts";
import { RequestProblem } from "./request-problem.ts";
import { verifyGoldenClips } from "./verify-golden-clips.ts";

/** Entry of an inference child: loads the model of its assignment, then answers one question after the other. */
async function main(): Promise<void> {
  const { modelFolder, limits } = JSON.parse(process.argv[2] ?? "") as ChildAssignment;
  // The server decides when a child ends; Ctrl-C in a terminal reaches the whole group.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  process.on("disconnect", () => process.exit(0));

  const manifest = await readManifest(modelFolder);
  const session = await GraphSession.open(join(modelFolder, GRAPH));
  await verifyGoldenClips(modelFolder, manifest, session, limits);

  process.on("message", (question: Question) => {
    hearAudio(manifest, session, question, limits)
      .then(({ answer, timings }) => say({ type: "answer", answer, timings }))
      .catch((error: unknown) => {
        if (error instanceof RequestProblem) say({ type: "problem", code: error.code, message: error.message });
        else if (error instanceof AudioRefusedError) say({ type: "problem", code: error.code, message: `The audio cannot be heard: ${error.message}.` });
        // What nobody foresaw may have left the session in any state: a new child takes over.
        else throw error;
      });
  });
  say({ type: "ready", startMs: performance.now() });
}

function say(message: ChildMessage): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  if (!(error instanceof ModelFolderError)) throw error;
  process.send?.({ type: "unfit", message: error.message } satisfies ChildMessage, () => process.exit(1));
});
