import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { kinesisClient, putAll } from "./support/producer.ts";
import { filesWith } from "./support/search-files.ts";

/** Valid ones, made up. */
const SECRETS = [
  "maria.planted@example.com", "(11) 98765-4321", "+351 912 345 678", "4111 1111 1111 1111", "5555555555554444", "DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432",
  "529.982.247-25", "11.222.333/0001-81", "12.ABC.345/01DE-35", "203.0.113.77", "2001:db8:85a3::8a2e:370:7334",
];
const MARKER = "zanzibarmarker";

let cloud: LocalCloud | undefined;
const dataFolder = temporaryFolder("planted");
const logged: string[] = [];

afterEach(async () => {
  await cloud?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** The secret as it was planted, and without marks where that is long enough to be told from a count. */
const forms = SECRETS.flatMap((secret) => {
  const bare = secret.replaceAll(/[^\p{L}\p{N}]/gu, "");
  return [secret, ...(bare.length >= 8 && bare !== secret ? [bare] : [])];
});

it("a run leaves nothing of the personal data in valid records on disk or in its log", { timeout: 240_000 }, async () => {
  cloud = await startLocalCloud({ assemblyFolder: await localAssembly(), dataFolder, port: 0, log: (line) => logged.push(line) });
  const records = SECRETS.flatMap((secret, index) =>
    ["chat", "email", "social"].map((channel) => {
      const record = {
        schema: "valence.text/1", id: `planted-${index}-${channel}`, conversationId: `c-${index}`, channel, occurredAt: "2026-03-01T10:00:00Z",
        text: channel === "email" ? `<p>${MARKER} my details are <b>${secret}</b>, call me.</p>` : `${MARKER} os meus dados são ${secret}, é péssimo!`,
        attributes: { contact: secret, note: `see ${secret} twice: ${secret}` },
      };
      return { data: Buffer.from(JSON.stringify(record)), partitionKey: `c-${index}`, expected: { kind: "row" as const, id: record.id } };
    }),
  );
  await putAll(kinesisClient(cloud.endpoint), "valence-local-text", records);
  await cloud.settled();
  const whileRunning = await filesWith(forms, dataFolder, (file) => file.endsWith(".duckdb"));
  await cloud.stop();
  cloud = undefined;

  expect(whileRunning).toEqual({});
  expect(await filesWith(forms, dataFolder)).toEqual({});
  expect(forms.filter((form) => logged.join("\n").includes(form))).toEqual([]);
  // The search sees what is there: the words around them, in the lake and in the warehouse.
  const marked = (await filesWith([MARKER], dataFolder))[MARKER] ?? [];
  expect(marked.filter((file) => file.endsWith(".parquet"))).not.toEqual([]);
  expect(marked.filter((file) => file.endsWith(".duckdb"))).not.toEqual([]);
});

it("the search finds what is hidden in base64 and in packed files", async () => {
  const folder = join(dataFolder, "search");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "plain"), "a secret-word here");
  writeFileSync(join(folder, "encoded"), JSON.stringify({ record: Buffer.from("this is the secret-word, encoded").toString("base64") }));
  writeFileSync(join(folder, "packed"), gzipSync("a secret-word here"));
  writeFileSync(join(folder, "other"), "nothing");
  expect((await filesWith(["secret-word"], folder))["secret-word"]?.sort()).toEqual(["encoded", "packed", "plain"]);
});
