import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { lockDataFolder } from "../../local/data-folder-lock.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "valence-lock-"));

test("a second run on the same folder is refused with the first one's process", () => {
  const folder = newFolder();
  lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(`in use by process ${process.pid}`);
});

test("a folder that was given free can be taken again", () => {
  const folder = newFolder();
  lockDataFolder(folder)();
  expect(() => lockDataFolder(folder)).not.toThrow();
});

test.each([["of a process that is gone", String(spawnSync(process.execPath, ["-e", ""]).pid)], ["that is cut short", ""]])("a lock %s is taken over", (_case, owner) => {
  const folder = newFolder();
  writeFileSync(join(folder, "lock"), owner);
  lockDataFolder(folder);
  expect(readFileSync(join(folder, "lock"), "utf8")).toBe(String(process.pid));
});
