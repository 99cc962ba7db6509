import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelManifest } from "../core/contracts/model-folder.ts";
import type { AudioLimits } from "./child-messages.ts";
import { hearAudio } from "./hear-audio.ts";
import type { GraphSession } from "./inference-session.ts";
import { ModelFolderError } from "./model-folder.ts";

/**
 * Hears every golden clip as a request would be heard: a processor, a runtime or a decoder that answers otherwise than where the model was
 * exported must not serve. @throws ModelFolderError with each clip and label that differs, and by how much.
 */
export async function verifyGoldenClips(folder: string, manifest: ModelManifest, session: GraphSession, limits: AudioLimits): Promise<void> {
  const differences: string[] = [];
  for (const { clip, probabilities } of manifest.golden) {
    const { answer } = await hearAudio(manifest, session, { body: await readFile(join(folder, clip)), kind: "audio" }, limits).catch((error: Error) => {
      throw new ModelFolderError(`The golden clip ${clip} cannot be heard: ${error.message}`);
    });
    for (const [index, { name }] of manifest.labels.entries()) {
      const [expected, found] = [probabilities[index] ?? 0, answer.probabilities[name] ?? 0];
      // Written so that NaN counts as a difference.
      if (!(Math.abs(found - expected) <= manifest.goldenTolerance)) differences.push(`${clip}: ${name} is ${found.toFixed(6)}, not ${expected.toFixed(6)} (off by ${Math.abs(found - expected).toExponential(2)})`);
    }
  }
  if (differences.length > 0) {
    throw new ModelFolderError(`${manifest.name} ${manifest.version} does not answer its golden clips as it did where it was made (within ${manifest.goldenTolerance}). ${differences.join("; ")}.`);
  }
}
