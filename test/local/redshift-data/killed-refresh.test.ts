import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { WarehouseEngine } from "../../../local/redshift-data/warehouse-engine.ts";
import { MemoryStream, REFRESH, sampleResult, temporaryFolder } from "./warehouse-fixture.ts";

it("a killed refresh neither loses nor repeats a record", async () => {
  const { folder, remove } = temporaryFolder();
  const worker = spawn(process.execPath, ["--import", "tsx", fileURLToPath(new URL("refresh-worker.ts", import.meta.url)), folder], { stdio: ["ignore", "pipe", "inherit"] });
  let acknowledged = 0;
  for await (const line of createInterface({ input: worker.stdout })) {
    if (line !== "ready") acknowledged = Number(line);
    if (acknowledged >= 500) break;
  }
  // A little later, to fall somewhere inside a refresh.
  await new Promise((resolve) => setTimeout(resolve, 7));
  worker.kill("SIGKILL");
  await once(worker, "exit");

  const total = 2_000;
  const kinesis = new MemoryStream();
  for (let index = 0; index < total; index++) kinesis.put(sampleResult(index), index % 2);
  const engine = await WarehouseEngine.open({ folder, kinesis });
  const kept = (await engine.run("SELECT COUNT(*) FROM valence.results_stream")).rows[0]![0] as number;
  expect(kept).toBeGreaterThanOrEqual(acknowledged);
  await engine.run(REFRESH);
  expect((await engine.run("SELECT COUNT(*), COUNT(DISTINCT sequence_number || shard_id) FROM valence.results_stream")).rows).toEqual([[total, total]]);
  await engine.close();
  remove();
});
