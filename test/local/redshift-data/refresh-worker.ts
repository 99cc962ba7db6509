// Refreshes for ever, until it is killed: see killed-refresh.test.ts.
import { WarehouseEngine } from "../../../local/redshift-data/warehouse-engine.ts";
import { MemoryStream, migrate, REFRESH, sampleResult } from "./warehouse-fixture.ts";

const kinesis = new MemoryStream();
const engine = await WarehouseEngine.open({ folder: process.argv[2]!, kinesis });
await migrate(engine);
console.log("ready");
for (let index = 0; ; index++) {
  kinesis.put(sampleResult(index), index % 2);
  if (index % 50 === 49) {
    await engine.run(REFRESH);
    console.log(index + 1);
  }
}
