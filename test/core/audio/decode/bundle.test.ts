import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { FIXTURES } from "./audio-files.ts";

const ENTRY = `
  import { createReadStream } from "node:fs";
  import { decodeAudio } from "./core/audio/decode/decode-audio.ts";
  async function main() {
    const heard = {};
    for (const file of process.argv.slice(2)) {
      const { format, blocks } = await decodeAudio(createReadStream(file), { maximumSeconds: 60, maximumBytes: 1e6 });
      heard[format.codec] = 0;
      for await (const [samples] of blocks) heard[format.codec] += samples.length;
    }
    console.log(JSON.stringify(heard));
  }
  main();
`;

it("decodes in a bundle of CommonJS with nothing beside it, as functions are deployed", async () => {
  // Outside of the project, where no package can be found.
  const folder = mkdtempSync(join(tmpdir(), "valence-bundle-"));
  const outfile = join(folder, "index.js");
  try {
    await build({ stdin: { contents: ENTRY, resolveDir: process.cwd(), loader: "ts" }, bundle: true, platform: "node", target: "node20", format: "cjs", outfile, minify: true, logLevel: "error" });
    symlinkSync(FIXTURES, join(folder, "fixtures"));
    const files = ["mulaw-8k-stereo.wav", "flac-16-16k-stereo.flac", "mp3-vbr-44k-stereo.mp3", "opus-mono.opus", "vorbis-44k-stereo.ogg"].map((name) => join("fixtures", name));
    const heard = execFileSync(process.execPath, [outfile, ...files], { cwd: folder, encoding: "utf8" });

    expect(JSON.parse(heard)).toEqual({ mulaw: 9_600, flac: 19_200, mp3: 52_920, opus: 57_600, vorbis: 52_920 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
