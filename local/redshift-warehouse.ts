import { join } from "node:path";
import { encryptionKeyArn } from "./assembly/encryption-key.ts";
import type { LocalApplication } from "./assembly/local-application.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "./assembly/pseudo-parameters.ts";
import type { PolicyAuthorizer } from "./iam/policy-authorizer.ts";
import type { KinesisEngine } from "./kinesis/kinesis-engine.ts";
import { type LocalWorkgroup, RedshiftDataService } from "./redshift-data/redshift-data-service.ts";
import { WarehouseEngine } from "./redshift-data/warehouse-engine.ts";
import { RedshiftServerlessService } from "./redshift-serverless/redshift-serverless-service.ts";

const STREAM_READING = ["kinesis:DescribeStreamSummary", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"];

/** The application's Redshift Serverless: one engine, reading streams as the namespace's role. */
export class RedshiftWarehouse {
  readonly engine: WarehouseEngine;
  readonly dataApi: RedshiftDataService;
  readonly controlApi: RedshiftServerlessService;
  readonly #kinesis: KinesisEngine;

  private constructor(engine: WarehouseEngine, workgroups: readonly LocalWorkgroup[], dataFolder: string, kinesis: KinesisEngine) {
    this.engine = engine;
    this.#kinesis = kinesis;
    this.dataApi = new RedshiftDataService({ engine, workgroups });
    this.controlApi = new RedshiftServerlessService({ file: join(dataFolder, "usage-limits.json"), region: LOCAL_REGION, accountId: LOCAL_ACCOUNT_ID });
  }

  /** @returns `undefined` when the templates have no workgroup. */
  static async open(application: LocalApplication, kinesis: KinesisEngine, authorizer: PolicyAuthorizer, dataFolder: string): Promise<RedshiftWarehouse | undefined> {
    const [namespace, another] = application.ofType("AWS::RedshiftServerless::Namespace");
    if (namespace === undefined) return undefined;
    if (another !== undefined) throw new Error(`The local run has one warehouse; the templates have the namespaces ${namespace.id}, ${another.id} …`);
    const [reader] = (namespace.properties["IamRoles"] ?? []) as unknown[];
    if (typeof reader === "string") authorizer.expectRole(reader, `Redshift namespace ${namespace.id}`);
    const engine = await WarehouseEngine.open({
      folder: join(dataFolder, "warehouse"),
      kinesis,
      authorizeStreamRead: (streamName) => {
        if (typeof reader !== "string") throw new Error(`The namespace ${namespace.id} has no IAM role, so it cannot read ${streamName}: give it one under IamRoles`);
        const stream = application.ofType("AWS::Kinesis::Stream").find((candidate) => candidate.id === streamName);
        if (stream === undefined) throw new Error(`The stream ${streamName} is in no template`);
        const key = encryptionKeyArn(stream);
        authorizer.authorize({ roleArn: reader, name: `Redshift namespace ${namespace.id}` }, [
          ...STREAM_READING.map((action) => ({ action, resource: String(stream.attribute("Arn")) })),
          ...(key === undefined ? [] : [{ action: "kms:Decrypt", resource: key }]),
        ]);
      },
    });
    const database = String(namespace.attribute("Namespace.DbName"));
    const workgroups = application
      .ofType("AWS::RedshiftServerless::Workgroup")
      .map((workgroup) => ({ name: workgroup.id, arn: String(workgroup.attribute("Workgroup.WorkgroupArn")), database }));
    return new RedshiftWarehouse(engine, workgroups, dataFolder, kinesis);
  }

  /** Reads every stream that a materialized view is made of, up to now. */
  async refresh(): Promise<void> {
    for (const { schema, name } of await this.engine.streamingViews()) await this.engine.run(`REFRESH MATERIALIZED VIEW ${schema}.${name}`);
  }

  /** Records that each view has not read, by stream. */
  async lags(): Promise<{ stream: string; consumer: string; lag: number }[]> {
    const lags: { stream: string; consumer: string; lag: number }[] = [];
    for (const { schema, name, stream } of await this.engine.streamingViews()) {
      const positions = await this.engine.positions({ schema, name });
      const lag = this.#kinesis.shardIds(stream).reduce((sum, shardId) => sum + this.#kinesis.recordsAfter(stream, shardId, positions[shardId]), 0);
      lags.push({ stream, consumer: `${schema}.${name}`, lag });
    }
    return lags;
  }
}
