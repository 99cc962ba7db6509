import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

export interface CustomResourceRecord {
  physicalId: string;
  /** As they were sent, for the next update. */
  properties: Record<string, unknown>;
  /** What the function answered for `Fn::GetAtt`. */
  data: Record<string, unknown>;
}

/** What CloudFormation remembers about custom resources, in one JSON file of the data folder. */
export class CustomResourceState {
  readonly #file: string;
  readonly #records: Map<string, CustomResourceRecord>;

  constructor(file: string) {
    this.#file = file;
    this.#records = new Map(existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, CustomResourceRecord>) : []);
  }

  get(stackName: string, logicalId: string): CustomResourceRecord | undefined {
    return this.#records.get(`${stackName}/${logicalId}`);
  }

  set(stackName: string, logicalId: string, record: CustomResourceRecord): void {
    this.#records.set(`${stackName}/${logicalId}`, record);
    writeFileSync(`${this.#file}.new`, JSON.stringify(Object.fromEntries(this.#records), null, 2));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
