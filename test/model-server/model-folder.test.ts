import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyModelFolder } from "../../model-server/model-folder.ts";
import { type FolderOptions, writeEnergyModel } from "./support/energy-model.ts";

const SOME = { bytes: 1, sha256: "0".repeat(64) };

describe("a model folder", () => {
  it("gives its manifest when every file is the one that was exported", async () => {
    await expect(verifyModelFolder(writeEnergyModel())).resolves.toMatchObject({ name: "energy", version: "1.0.0" });
  });

  it.each<{ what: string; manifest: NonNullable<FolderOptions["manifest"]>; says: RegExp }>([
    { what: "a clip that is not listed", manifest: { golden: [{ clip: "golden/other.wav", probabilities: [1, 0, 0, 0] }] }, says: /lists no "golden\/other\.wav"/u },
    { what: "a label twice", manifest: { labels: [0, 1, 2, 3].map((index) => ({ name: index < 2 ? "happy" : `label${index}`, valence: "positive" as const })) }, says: /label "happy" twice/u },
    { what: "a field out of range", manifest: { windowSeconds: 900 }, says: /windowSeconds/u },
    { what: "a hop beyond the window", manifest: { hopSeconds: 3 }, says: /hopSeconds: must not exceed/u },
  ])("is refused for $what", async ({ manifest, says }) => {
    await expect(verifyModelFolder(writeEnergyModel({ manifest }))).rejects.toThrow(says);
  });

  it.each(["../secret", "/etc/passwd", "golden/../../x", "golden//tone.wav", String.raw`golden\..\x`, ".", "..", "golden/.hidden"])("is refused when it lists the path %s", async (path) => {
    const folder = writeEnergyModel();
    const manifest = await verifyModelFolder(folder);
    writeFileSync(join(folder, "model.json"), JSON.stringify({ ...manifest, files: { ...manifest.files, [path]: SOME } }));

    await expect(verifyModelFolder(folder)).rejects.toThrow(/stay inside the folder/u);
  });

  it("is refused when a byte of the graph changed", async () => {
    const folder = writeEnergyModel();
    const graph = join(folder, "model.onnx");
    const { files } = await verifyModelFolder(folder);
    writeFileSync(graph, new Uint8Array(files["model.onnx"]!.bytes));

    await expect(verifyModelFolder(folder)).rejects.toThrow(/"model\.onnx" .* has SHA-256 [0-9a-f]{64}, not the/u);
  });

  it("is refused when a file is longer, gone, a folder or a link", async () => {
    const [longer, gone, folderInstead, linked, linkedFolder] = [writeEnergyModel(), writeEnergyModel(), writeEnergyModel(), writeEnergyModel(), writeEnergyModel()];
    appendFileSync(join(longer, "model.onnx"), "x");
    for (const folder of [gone, folderInstead]) rmSync(join(folder, "golden/tone.wav"));
    mkdirSync(join(folderInstead, "golden/tone.wav"));
    renameSync(join(linked, "model.onnx"), join(linked, "other.onnx"));
    symlinkSync("other.onnx", join(linked, "model.onnx"));
    renameSync(join(linkedFolder, "golden"), join(linkedFolder, "elsewhere"));
    symlinkSync("elsewhere", join(linkedFolder, "golden"));

    await expect(verifyModelFolder(longer)).rejects.toThrow(/bytes, not the/u);
    await expect(verifyModelFolder(gone)).rejects.toThrow(/which .* lacks/u);
    await expect(verifyModelFolder(folderInstead)).rejects.toThrow(/is not a file/u);
    await expect(verifyModelFolder(linked)).rejects.toThrow(/symbolic link/u);
    await expect(verifyModelFolder(linkedFolder)).rejects.toThrow(/symbolic link/u);
  });

  it("is refused without a manifest, and with one that is not JSON", async () => {
    const folder = writeEnergyModel();
    writeFileSync(join(folder, "model.json"), "{");

    await expect(verifyModelFolder(folder)).rejects.toThrow(/is not JSON/u);
    await expect(verifyModelFolder(join(folder, "golden"))).rejects.toThrow(/has no readable model\.json/u);
  });
});
