import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RejectReasonSchema } from "../../core/contracts/reject.ts";

const runbook = readFileSync(join(import.meta.dirname, "../../docs/runbook.md"), "utf8");

describe("the runbook", () => {
  it.each(RejectReasonSchema.options)("says what to do about %s", (reason) => {
    const row = runbook.split("\n").find((line) => line.startsWith("| ") && line.split("|")[1]?.includes(`\`${reason}\``) === true);
    const [, , wrong, remedy] = row?.split("|") ?? [];
    expect([wrong?.trim(), remedy?.trim()]).toEqual([expect.stringMatching(/\w/u), expect.stringMatching(/\w/u)]);
  });

  it.each(["text-jobs", "recordings", "quiet-checks", "audio-jobs", "transcriptions", "transcripts", "conversation-ends", "connect-alerts", "alerts"])("says what lies among the dead letters of %s", (queue) => {
    expect(runbook).toContain(`valence-<stage>-${queue}-dead-letters\``);
  });
});
