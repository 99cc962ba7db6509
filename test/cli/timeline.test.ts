import { describe, expect, it } from "vitest";
import { clock, timelineLegend, timelineRows, timelineStrips } from "../../cli/timeline.ts";
import type { Paint } from "../../cli/terminal.ts";
import { demoFigures } from "../demo/demo-figures.ts";

const plain: Paint = (_, text) => text;
const [call] = demoFigures().calls.heard;

describe("a timeline", () => {
  it("shows on one line a track when it spoke and how that sounded", () => {
    // 20 columns for 10 s: half a second each.
    expect(timelineStrips(call!.segments, call!.durationMs, 31, plain)).toEqual(["customer   ··········██████····", "agent      ·▒▒▒▒▒··············", "           0:00.0        0:10.0"]);
  });

  it("lists the segments in the order of time", () => {
    expect(timelineRows(call!.segments, plain)).toEqual([
      `0:00.5–0:03.0  agent      ${"█".repeat(9)}${"▒".repeat(12)}${"░".repeat(9)}  neutral  0.40 (unsure)  likeliest calm`,
      `0:05.0–0:08.0  customer   ${"█".repeat(21)}${"▒".repeat(6)}${"░".repeat(3)}  negative 0.70  likeliest anger`,
    ]);
  });

  it("says what its fills mean", () => {
    expect(timelineLegend(plain)).toEqual(["█ negative  ▒ neutral  ░ positive  · no speech", expect.stringContaining("likeliest")]);
  });

  it.each([
    [0, "0:00.0"],
    [59_960, "1:00.0"],
    [3_725_400, "62:05.4"],
  ])("writes %d ms as %s", (milliseconds, text) => {
    expect(clock(milliseconds)).toBe(text);
  });
});
