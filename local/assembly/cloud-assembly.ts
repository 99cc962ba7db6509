import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/** A CloudFormation template as far as this program reads it; values may hold intrinsic functions anywhere. */
const TemplateSchema = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}), Condition: z.string().optional() }),
  ),
  Outputs: z
    .record(z.string(), z.looseObject({ Value: z.unknown(), Condition: z.string().optional(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});
export type Template = z.infer<typeof TemplateSchema>;

const ManifestSchema = z.looseObject({
  artifacts: z
    .record(
      z.string(),
      z.looseObject({
        type: z.string(),
        properties: z.record(z.string(), z.unknown()).default({}),
        dependencies: z.array(z.string()).default([]),
      }),
    )
    .default({}),
});

const AssetsSchema = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ directory: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ imageTag: z.string() })),
      }),
    )
    .default({}),
});

export interface SynthesizedStack {
  name: string;
  template: Template;
  /** Where the content behind an asset lies on this machine: a file's S3 key, or an image's tag → absolute path. */
  assets: ReadonlyMap<string, string>;
}

/**
 * Reads a cloud assembly (`cdk.out`), nested stages included, in the order of its manifest.
 * @throws when the folder is no cloud assembly, or holds no stack.
 */
export function readCloudAssembly(folder: string): SynthesizedStack[] {
  const stacks = readStacks(resolve(folder));
  if (stacks.length === 0) throw new Error(`${folder} holds no stack: synthesize the application into it first`);
  return stacks;
}

function readStacks(folder: string): SynthesizedStack[] {
  const manifestFile = join(folder, "manifest.json");
  if (!existsSync(manifestFile)) {
    throw new Error(`${folder} is no cloud assembly (manifest.json is missing): synthesize the application into it first`);
  }
  const { artifacts } = readJson(manifestFile, ManifestSchema);
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (artifact.type === "cdk:cloud-assembly") return readStacks(join(folder, text(artifact.properties, "directoryName", id)));
    if (artifact.type !== "aws:cloudformation:stack") return [];
    const assetFiles = artifact.dependencies
      .map((dependency) => artifacts[dependency])
      .filter((dependency) => dependency?.type === "cdk:asset-manifest")
      .map((manifest) => text(manifest?.properties ?? {}, "file", id));
    return [
      {
        name: typeof artifact.properties["stackName"] === "string" ? artifact.properties["stackName"] : id,
        template: readJson(join(folder, text(artifact.properties, "templateFile", id)), TemplateSchema),
        assets: new Map(assetFiles.flatMap((file) => readAssets(folder, file))),
      },
    ];
  });
}

function readAssets(folder: string, file: string): [string, string][] {
  const { dockerImages, files } = readJson(join(folder, file), AssetsSchema);
  return [
    ...Object.values(files).flatMap(({ source: { path }, destinations }) =>
      path === undefined ? [] : Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, resolve(folder, path)]),
    ),
    ...Object.values(dockerImages).flatMap(({ source: { directory }, destinations }) =>
      directory === undefined ? [] : Object.values(destinations).map(({ imageTag }): [string, string] => [imageTag, resolve(folder, directory)]),
    ),
  ];
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`${file} cannot be read as part of a cloud assembly: ${reason}`, { cause: error });
  }
}

function text(properties: Record<string, unknown>, name: string, artifact: string): string {
  const value = properties[name];
  if (typeof value !== "string") throw new Error(`manifest.json: artifact ${artifact} has no property ${name}`);
  return value;
}
