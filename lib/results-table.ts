import { Stack } from "aws-cdk-lib";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { glueColumns } from "../core/tables/glue-columns.ts";
import { RESULTS_PREFIX, type ResultsLake } from "./results-lake.ts";

export interface ResultsTableProps {
  stage: string;
  lake: ResultsLake;
}

export const ARRIVAL_DATE = "arrival_date";

// Before the first release there is nothing to find; a lower bound keeps a query without a date from asking for empty centuries.
const FIRST_ARRIVAL_DATE = "2026-01-01";

/** The Glue table over the Parquet files: columns from the result contract, partitions computed from the date (no crawler). */
export class ResultsTable extends Construct {
  readonly databaseName: string;
  readonly tableName = "results";

  constructor(scope: Construct, id: string, props: ResultsTableProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.databaseName = `valence_${props.stage.replaceAll("-", "_")}`;
    const location = `s3://${props.lake.bucket.bucketName}/${RESULTS_PREFIX}`;
    const database = new CfnDatabase(this, "Database", {
      catalogId: stack.account,
      databaseInput: { name: this.databaseName, description: `Valence, stage ${props.stage}: sentiment results` },
    });
    const table = new CfnTable(this, "Table", {
      catalogId: stack.account,
      databaseName: this.databaseName,
      tableInput: {
        name: this.tableName,
        description: "One opinion of one model about one piece of a conversation; a repeated delivery has the same result_id",
        tableType: "EXTERNAL_TABLE",
        // Text, as in every example of Athena's: the projection's own type, below, says only how to spell the folders.
        partitionKeys: [{ name: ARRIVAL_DATE, type: "string", comment: "UTC day on which the delivery stream took the result, as 2026-01-31" }],
        storageDescriptor: {
          columns: glueColumns(),
          location,
          inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
          outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
          serdeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
        },
        parameters: {
          EXTERNAL: "TRUE",
          classification: "parquet",
          "projection.enabled": "true",
          [`projection.${ARRIVAL_DATE}.type`]: "date",
          [`projection.${ARRIVAL_DATE}.format`]: "yyyy-MM-dd",
          // Clocks differ: a result that arrives at midnight may be a day ahead of the one who asks.
          [`projection.${ARRIVAL_DATE}.range`]: `${FIRST_ARRIVAL_DATE},NOW+1DAYS`,
          [`projection.${ARRIVAL_DATE}.interval`]: "1",
          [`projection.${ARRIVAL_DATE}.interval.unit`]: "DAYS",
          "storage.location.template": `${location}${ARRIVAL_DATE}=\${${ARRIVAL_DATE}}/`,
        },
      },
    });
    table.addResourceDependency(database);
  }

  /** For Firehose, which takes the Parquet schema from the table. */
  grantReadSchema(grantee: IGrantable): void {
    const stack = Stack.of(this);
    const arn = (resource: string) => stack.formatArn({ service: "glue", resource });
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
        resources: [arn("catalog"), arn(`database/${this.databaseName}`), arn(`table/${this.databaseName}/${this.tableName}`)],
      }),
    );
  }
}
