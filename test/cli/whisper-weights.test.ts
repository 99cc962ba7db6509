import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whisperWeights } from "../../cli/whisper-weights.ts";

const folder = mkdtempSync(join(tmpdir(), "valence-weights-"));
const BODY = Buffer.from("the weights");
let server: Server;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === "/gone") response.writeHead(404).end();
    else response.end(BODY);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const offered = (more: object = {}) => ({
  file: "ggml-small.bin", name: "A model", bytes: BODY.length, licence: "MIT", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sha256: createHash("sha256").update(BODY).digest("hex"), ...more,
});
const log = () => undefined;

describe("the weights that are there", () => {
  it("are a file, or the only one of a folder", async () => {
    const there = join(folder, "there");
    mkdirSync(there);
    writeFileSync(join(there, "ggml-tiny.bin"), "x");
    writeFileSync(join(there, "README.md"), "x");
    expect(await whisperWeights(there)).toBe(join(there, "ggml-tiny.bin"));
    expect(await whisperWeights(join(there, "ggml-tiny.bin"))).toBe(join(there, "ggml-tiny.bin"));
    writeFileSync(join(there, "ggml-base.bin"), "x");
    await expect(whisperWeights(there)).rejects.toThrow("several Whisper models (ggml-base.bin, ggml-tiny.bin): name one file");
  });
});

describe("weights that are not there", () => {
  it("are not downloaded without a yes, and the question says name, size, licence and address", async () => {
    let question = "";
    const ask = async (text: string) => {
      question = text;
      return Promise.resolve(false);
    };
    await expect(whisperWeights(join(folder, "none"), { ask, offered: offered(), log })).rejects.toThrow(/Nothing was downloaded\. Put the file there by hand/u);
    for (const said of ["A model", "11 B", "MIT", offered().url, "ggml-small.bin"]) expect(question).toContain(said);
    await expect(whisperWeights(join(folder, "none"))).rejects.toThrow(/holds no Whisper weights.*https:\/\/huggingface\.co.*SHA-256/su);
    expect([asked, existsSync(join(folder, "none"))]).toEqual([0, false]);
  });

  it("come whole, as published, or not at all", async () => {
    const ask = () => Promise.resolve(true);
    const place = join(folder, "new");
    await expect(whisperWeights(place, { ask, offered: offered({ sha256: "0".repeat(64) }), log })).rejects.toThrow(/its SHA-256 is .* and should be 0000.*by hand/su);
    await expect(whisperWeights(place, { ask, offered: offered({ bytes: 3 }), log })).rejects.toThrow("larger than the 3 bytes");
    await expect(whisperWeights(place, { ask, offered: offered({ url: `${offered().url}gone` }), log })).rejects.toThrow("answered 404");
    await expect(whisperWeights(place, { ask, offered: offered({ url: "http://127.0.0.1:9/" }), log })).rejects.toThrow(/could not be downloaded.*by hand/su);
    expect(readdirSync(place)).toEqual([]);
    expect(readFileSync(await whisperWeights(place, { ask, offered: offered(), log }))).toEqual(BODY);
    expect(readdirSync(place)).toEqual(["ggml-small.bin"]);
  });
});
