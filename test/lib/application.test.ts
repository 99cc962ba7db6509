import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { beforeAll, describe, expect, it } from "vitest";
import { DEPLOYMENT_OUTPUTS } from "../../core/deployment-outputs.ts";
import { acknowledgeWildcards } from "../../lib/acknowledged-wildcards.ts";
import { buildApplication } from "../../lib/application.ts";
import { FEATURE_FLAGS } from "../../lib/feature-flags.ts";
import { readConfiguration } from "../../lib/read-configuration.ts";
import { bedrock, configurationWith, jumpStartLlama, sageMakerEncoder, sageMakerLlm, serverlessEncoder } from "./example-specifications.ts";
import { synthesize } from "./synthesized.ts";

/** The application with something put in that its checks must notice. */
function synthesizeWith(add: (stack: Stack) => void): () => unknown {
  process.env["CDK_VALIDATION"] = "true";
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "valence-synth-")), analyticsReporting: false, context: { ...FEATURE_FLAGS, "aws:cdk:bundling-stacks": [] } });
  buildApplication(app, readConfiguration({ stage: "dev" }));
  add(new Stack(app, "addition"));
  return () => app.synth();
}

function roleThatReads(stack: Stack, resource: string): Role {
  const role = new Role(stack, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  role.addToPolicy(new PolicyStatement({ actions: ["s3:GetObject"], resources: [resource] }));
  return role;
}

const EXAMPLES = resolve(import.meta.dirname, "../../config/examples");
const APPLICATION_PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abc123def456";

describe("the AwsSolutions checks", () => {
  const findings: Record<string, string[]> = {};
  // Here and not in the tests: the checks take a while on a busy machine.
  beforeAll(() => {
    for (const stage of ["dev", "prod", "local"]) findings[stage] = synthesize(stage, { checks: true }).findings;
    for (const example of ["cascade", "voice"]) findings[`examples/${example}`] = synthesize(readConfiguration({ config: resolve(EXAMPLES, `${example}.json`) }), { checks: true }).findings;
    const pilot = [serverlessEncoder, jumpStartLlama].map((model, index) => ({ ...model, name: `pilot-${index}` }));
    findings["every other way to serve and to ask"] = synthesize(
      configurationWith(
        { model: { kind: "fallback", links: [sageMakerEncoder("pilot-0"), sageMakerLlm("pilot-1"), bedrock(APPLICATION_PROFILE, { price: { inputUsdPerMillion: 1, outputUsdPerMillion: 1 } })] } },
        pilot,
      ),
      { checks: true },
    ).findings;
  });

  it("find nothing in local but that its audio model is not for commercial use", () => {
    expect(findings["local"]).toEqual([expect.stringMatching(/valence:non-commercial-model: audio\.models\.0\.folder: models\/embedded-audio is licensed for non-commercial use only \(CC-BY-NC-SA-4\.0\)/u)]);
  });

  it.each(["dev", "prod", "examples/cascade", "examples/voice", "every other way to serve and to ask"])("find nothing in %s, not even a warning", (stage) => {
    expect(findings[stage]).toEqual([]);
  });

  it("stop synth at an open bucket", () => {
    expect(synthesizeWith((stack) => new Bucket(stack, "Open"))).toThrow(/addition\/Open\/Resource.*\n.*AwsSolutions-S10/u);
  });

  it("stop synth at a wildcard that nobody gave a reason for", () => {
    expect(synthesizeWith((stack) => acknowledgeWildcards(roleThatReads(stack, "arn:aws:s3:::b/private/*"), {}))).toThrow(/IAM5\[Resource::arn:aws:s3:::b\/private\/\*\]/u);
  });
});

describe("an acknowledged wildcard", () => {
  it("passes with its reason", () => {
    expect(synthesizeWith((stack) => acknowledgeWildcards(roleThatReads(stack, "arn:aws:s3:::b/private/*"), { "private/*": "reads whatever lies there" }))).not.toThrow();
  });

  it("stops synth once the wildcard is gone", () => {
    expect(synthesizeWith((stack) => acknowledgeWildcards(roleThatReads(stack, "arn:aws:s3:::b/private/one"), { "private/*": "reads whatever lies there" }))).toThrow(
      /acknowledges the wildcard private\/\*, which no statement has any more/u,
    );
  });
});

it("every output that the command line looks for is published once", () => {
  const outputs = Object.values(synthesize("dev").plain).flatMap((template) => Object.keys(template.Outputs ?? {}));
  for (const name of DEPLOYMENT_OUTPUTS) expect(outputs.filter((output) => output === name)).toEqual([name]);
});

it("tags every taggable resource as configured", () => {
  synthesize("prod").template("data").hasResourceProperties("AWS::KMS::Key", { Tags: [{ Key: "application", Value: "valence" }, { Key: "stage", Value: "prod" }] });
});

it("makes the same templates every time: a deployment without changes changes nothing", () => {
  expect(synthesize("dev").plain).toEqual(synthesize("dev").plain);
});
