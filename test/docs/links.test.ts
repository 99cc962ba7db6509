import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const LINK = /\]\((?!https?:|#|mailto:)([^)\s#]+)/gu;

function pages(): string[] {
  const of = (folder: string) => readdirSync(join(ROOT, folder), { recursive: folder !== ".", encoding: "utf8" }).map((file) => join(ROOT, folder, file));
  return [...of("."), ...of("docs")].filter((file) => file.endsWith(".md"));
}

it("no page links to a file that is not there", () => {
  const links = pages().flatMap((page) => [...readFileSync(page, "utf8").matchAll(LINK)].map((match) => ({ page, target: match[1]! })));
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(({ page, target }) => !existsSync(resolve(dirname(page), target))).map(({ page, target }) => `${relative(ROOT, page)} → ${target}`)).toEqual([]);
});
