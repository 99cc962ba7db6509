import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Writes a cloud assembly by hand.
 * @param assets S3 key → file or folder
 * @param images tag of an image → its build folder
 */
export function assemblyOf(stacks: Record<string, object>, assets: Record<string, string> = {}, images: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "valence-assembly-"));
  const artifacts: Record<string, object> = {};
  for (const [name, template] of Object.entries(stacks)) {
    writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template));
    writeFileSync(
      join(folder, `${name}.assets.json`),
      JSON.stringify({
        files: Object.fromEntries(
          Object.entries(assets).map(([objectKey, path]) => [objectKey, { source: { path, packaging: "zip" }, destinations: { here: { bucketName: "assets", objectKey } } }]),
        ),
        dockerImages: Object.fromEntries(
          Object.entries(images).map(([imageTag, directory]) => [imageTag, { source: { directory }, destinations: { here: { repositoryName: "images", imageTag } } }]),
        ),
      }),
    );
    artifacts[name] = { type: "aws:cloudformation:stack", properties: { templateFile: `${name}.template.json` }, dependencies: [`${name}.assets`] };
    artifacts[`${name}.assets`] = { type: "cdk:asset-manifest", properties: { file: `${name}.assets.json` } };
  }
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ version: "43.0.0", artifacts }));
  return folder;
}
