import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface FunctionBundle {
  functionName: string;
  /** The asset's folder, holding `index.js`. */
  folder: string;
  /** The variables that are plain text in the template, others as a placeholder: enough to import the bundle. */
  environment: Record<string, string>;
}

interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}
interface Assets {
  files: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** The project's own functions of a synthesized assembly and where their bundles lie. */
export function readFunctionBundles(assemblyFolder: string): FunctionBundle[] {
  return readdirSync(assemblyFolder)
    .filter((file) => file.endsWith(".template.json"))
    .flatMap((file) => {
      const { Resources } = readJson(join(assemblyFolder, file)) as Template;
      const { files } = readJson(join(assemblyFolder, file.replace(".template.json", ".assets.json"))) as Assets;
      const folderOf = new Map(
        Object.values(files).flatMap(({ source, destinations }) => Object.values(destinations).map(({ objectKey }) => [objectKey, source.path] as const)),
      );
      return Object.values(Resources)
        .filter(({ Type, Properties }) => Type === "AWS::Lambda::Function" && String(Properties?.["FunctionName"]).startsWith("valence-"))
        .map(({ Properties }) => {
          const code = Properties?.["Code"] as { S3Key: string };
          const variables = (Properties?.["Environment"] as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
          return {
            functionName: String(Properties?.["FunctionName"]),
            folder: join(assemblyFolder, folderOf.get(code.S3Key) ?? ""),
            environment: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, typeof value === "string" ? value : "https://placeholder.invalid/x"])),
          };
        });
    });
}
