import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { tone, wav } from "./support/energy-model.ts";
import { answerOf, invoke, startTestServer } from "./support/running-server.ts";

const FOLDER = resolve(import.meta.dirname, "../../models/embedded-audio");

it.skipIf(!existsSync(join(FOLDER, "model.json")))("the embedded model loads, answers its golden clips as it should, and any other clip (skipped without models/embedded-audio)", { timeout: 60_000 }, async () => {
  const { server } = await startTestServer({ modelFolder: FOLDER });

  const { valence } = await answerOf(await invoke(server.url, wav(tone(2))));

  expect(valence.positive + valence.neutral + valence.negative).toBeCloseTo(1, 9);
});
