// Opens a page from disk in headless Chromium and fails on a console message or a network request: `node .ci/open-page.mjs PAGE.html [SCREENSHOT.png]`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [page, screenshot] = process.argv.slice(2);
assert.ok(page, "which page?");
const folder = mkdtempSync(join(tmpdir(), "valence-page-"));
const log = join(folder, "network.json");
const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-pings", "--metrics-recording-only"];
const { error, status, stderr } = spawnSync(
  process.env["CHROMIUM"] ?? "chromium",
  ["--headless", "--no-sandbox", "--disable-gpu", ...quiet, `--user-data-dir=${folder}`, "--enable-logging=stderr", "--window-size=1200,2400", `--log-net-log=${log}`, `--screenshot=${resolve(screenshot ?? join(folder, "page.png"))}`, "--virtual-time-budget=3000", pathToFileURL(resolve(page)).href],
  { encoding: "utf8", timeout: 60_000 },
);
assert.equal(error, undefined);
assert.equal(status, 0, stderr);
const messages = stderr.split("\n").filter((line) => /:CONSOLE[:(]/u.test(line));
const { constants, events } = JSON.parse(readFileSync(log, "utf8"));
const begin = constants.logEventTypes["URL_REQUEST_START_JOB"];
// The browser asks its maker for updates however it is told not to.
const ITS_OWN = /^https?:\/\/(?:[\w-]+\.)*(?:google|googleapis|gstatic|gvt[12])\.com\//u;
const requests = [...new Set(events.flatMap(({ params, type }) => (type === begin && /^(https?|wss?|ftp):/u.test(params?.url ?? "") && !ITS_OWN.test(params.url) ? [params.url] : [])))];
console.log(`${page}: ${messages.length} console messages, ${requests.length} network requests`);
assert.deepEqual(messages, [], "console messages");
assert.deepEqual(requests, [], "network requests");
rmSync(folder, { recursive: true, force: true });
