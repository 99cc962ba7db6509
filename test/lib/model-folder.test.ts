import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { list } from "tar";
import { describe, expect, it } from "vitest";
import { packModelFolder, readModelFolder } from "../../lib/model-folder.ts";
import { TINY_MODEL } from "./example-specifications.ts";

const FILES = ["CARD.md", "LICENSE", "golden/noise.wav", "golden/sweep.wav", "golden/tone.wav", "golden/voice.wav", "model.json", "model.onnx"];

function copyOfTheModel(): string {
  const folder = mkdtempSync(join(tmpdir(), "valence-model-folder-"));
  cpSync(resolve(import.meta.dirname, "../..", TINY_MODEL), folder, { recursive: true });
  return folder;
}

// oxlint-disable-next-line typescript/no-explicit-any -- mistakes are put in where the types would forbid them
function changeManifest(folder: string, change: (manifest: any) => void): void {
  const path = join(folder, "model.json");
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
}

function packed(folder: string): Buffer {
  const archive = join(mkdtempSync(join(tmpdir(), "valence-archive-")), "model.tar.gz");
  packModelFolder(readModelFolder(folder), archive);
  return readFileSync(archive);
}

describe("a model folder", () => {
  it("is its manifest's files, the manifest, the card and the licence", () => {
    const { files, manifest } = readModelFolder(TINY_MODEL);

    expect(files).toEqual(FILES);
    expect(manifest).toMatchObject({ name: "random-tiny-audio", labels: [{ name: "happy", valence: "positive" }, {}, {}] });
  });

  it("has a hash that a name or a byte changes, and nothing else", () => {
    const folder = copyOfTheModel();
    const { contentHash } = readModelFolder(TINY_MODEL);

    expect(readModelFolder(folder).contentHash).toBe(contentHash);
    writeFileSync(join(folder, "notes.txt"), "not part of the model");
    expect(readModelFolder(folder).contentHash).toBe(contentHash);
    writeFileSync(join(folder, "CARD.md"), "another card");
    expect(readModelFolder(folder).contentHash).not.toBe(contentHash);
  });

  const mistakes: [string, (folder: string) => void, RegExp][] = [
    ["no manifest", (folder) => rmSync(join(folder, "model.json")), /model\.json is missing: write the path of a model folder/u],
    ["a manifest that is not JSON", (folder) => writeFileSync(join(folder, "model.json"), "{"), /model\.json is not JSON .*export the model again/u],
    ["a manifest that is none", (folder) => changeManifest(folder, (manifest) => delete manifest.labels), /model\.json is no manifest of a model \(labels: /u],
    ["a missing file", (folder) => rmSync(join(folder, "golden/tone.wav")), /golden\/tone\.wav is missing: export the model again/u],
    ["no licence", (folder) => rmSync(join(folder, "LICENSE")), /LICENSE is missing/u],
    ["another graph", (folder) => writeFileSync(join(folder, "model.onnx"), "another"), /model\.onnx is not the file that model\.json describes/u],
    ["a file outside", (folder) => changeManifest(folder, (manifest) => (manifest.files["../secret"] = manifest.files["model.onnx"])), /\.\.\/secret is missing/u],
    ["a graph that nobody vouches for", (folder) => changeManifest(folder, (manifest) => delete manifest.files["model.onnx"]), /names no model\.onnx among its files/u],
    ["a golden clip that nobody vouches for", (folder) => changeManifest(folder, (manifest) => delete manifest.files["golden/tone.wav"]), /names the golden clip golden\/tone\.wav and not among its files/u],
  ];

  it.each(mistakes)("is refused with %s", (_name, spoil, expected) => {
    const folder = copyOfTheModel();
    spoil(folder);

    expect(() => readModelFolder(folder)).toThrow(expected);
  });
});

describe("the archive", () => {
  it("holds the files at its top, as SageMaker unpacks them into /opt/ml/model", () => {
    const archive = join(mkdtempSync(join(tmpdir(), "valence-archive-")), "model.tar.gz");
    packModelFolder(readModelFolder(TINY_MODEL), archive);
    const entries: [string, number | undefined][] = [];
    list({ sync: true, file: archive, onReadEntry: (entry) => void entries.push([entry.path, entry.mode]) });

    expect(entries).toEqual(FILES.map((file) => [file, 0o644]));
  });

  it("is the same, byte for byte, whoever checked the folder out and when", () => {
    const folder = copyOfTheModel();
    chmodSync(join(folder, "model.onnx"), 0o600);
    utimesSync(join(folder, "model.onnx"), new Date(0), new Date(0));
    const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

    expect(digest(packed(folder))).toBe(digest(packed(TINY_MODEL)));
  });
});
