import type { SynthesizedStack } from "./cloud-assembly.ts";
import { conditionHolds, evaluate, type Surroundings } from "./intrinsics.ts";
import { type Identity, resourceTypeOf, suffix } from "./resource-types.ts";

/** One resource with every reference resolved, as CloudFormation would hand it to the service. */
export interface LocalResource {
  stackName: string;
  logicalId: string;
  type: string;
  /** What `Ref` gives. */
  id: string;
  properties: Record<string, unknown>;
  attribute(name: string): unknown;
}

export interface LocalApplication {
  resources: readonly LocalResource[];
  /** Output name → value, over all stacks. */
  outputs: Record<string, string>;
  /** Stack name → its own outputs. */
  stackOutputs: Record<string, Record<string, string>>;
  ofType(type: string): LocalResource[];
  /** What lies behind a `Code.S3Key` or a model's S3 key, or the folder of an image's tag; `undefined` when no stack has such an asset. */
  asset(keyOrTag: string): string | undefined;
}

export interface ResolveOptions {
  /** Where the local run listens, e.g. `http://127.0.0.1:4577`. */
  endpoint: string;
  /** What a custom resource answered in an earlier run, for `Fn::GetAtt`; `undefined` when it is not known. */
  customAttribute?: (stackName: string, logicalId: string, attribute: string) => unknown;
}

/**
 * Resolves all stacks of an assembly together, so that exports of one reach the imports of another.
 * @throws for an unknown resource type or intrinsic function, a missing reference, a circle of references.
 */
export function resolveApplication(stacks: readonly SynthesizedStack[], options: ResolveOptions): LocalApplication {
  const resolvers = new Map(stacks.map((stack) => [stack.name, new StackResolver(stack, (name) => exported(name), options)]));
  let exportsByName: Map<string, () => unknown> | undefined;
  function exported(name: string): unknown {
    exportsByName ??= new Map([...resolvers.values()].flatMap((resolver) => resolver.exports()));
    const value = exportsByName.get(name);
    if (value === undefined) throw new Error(`No stack of this assembly exports ${name}: synthesize all stacks together`);
    return value();
  }
  const resources = [...resolvers.values()].flatMap((resolver) => resolver.resources());
  const stackOutputs = Object.fromEntries([...resolvers].map(([name, resolver]) => [name, resolver.outputs()]));
  const assets = new Map(stacks.flatMap((stack) => [...stack.assets]));
  return {
    resources,
    stackOutputs,
    outputs: Object.assign({}, ...Object.values(stackOutputs)) as Record<string, string>,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    asset: (keyOrTag) => assets.get(keyOrTag),
  };
}

class StackResolver {
  readonly #stack: SynthesizedStack;
  readonly #surroundings: Surroundings;
  readonly #identities = new Map<string, Identity>();
  readonly #properties = new Map<string, unknown>();
  readonly #resolving: string[] = [];
  readonly #options: ResolveOptions;

  constructor(stack: SynthesizedStack, exported: (name: string) => unknown, options: ResolveOptions) {
    this.#stack = stack;
    this.#options = options;
    this.#surroundings = {
      stackName: stack.name,
      template: stack.template,
      reference: (logicalId) => this.#reference(logicalId),
      attribute: (logicalId, attribute) => this.#attribute(logicalId, attribute),
      exported,
    };
  }

  resources(): LocalResource[] {
    return Object.entries(this.#stack.template.Resources)
      .filter(([, resource]) => this.#exists(resource.Condition))
      .map(([logicalId, { Type, Properties }]) => ({
        stackName: this.#stack.name,
        logicalId,
        type: Type,
        id: this.#reference(logicalId),
        properties: Object.fromEntries(
          Object.keys(Properties)
            .map((name): [string, unknown] => [name, this.#property(logicalId, name)])
            .filter(([, value]) => value !== undefined),
        ),
        attribute: (name) => this.#attribute(logicalId, name),
      }));
  }

  outputs(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#stack.template.Outputs)
        .filter(([, output]) => this.#exists(output.Condition))
        .map(([name, output]) => [name, String(evaluate(output.Value, this.#surroundings, `output ${name}`))]),
    );
  }

  exports(): [string, () => unknown][] {
    return Object.entries(this.#stack.template.Outputs).flatMap(([output, { Value, Export, Condition }]) =>
      Export === undefined || !this.#exists(Condition)
        ? []
        : [
            [
              String(evaluate(Export.Name, this.#surroundings, `export of ${output}`)),
              () => evaluate(Value, this.#surroundings, `output ${output}`),
            ] as [string, () => unknown],
          ],
    );
  }

  #exists(condition: string | undefined): boolean {
    return condition === undefined || conditionHolds(condition, this.#surroundings);
  }

  #reference(logicalId: string): string {
    const { type } = this.#identity(logicalId);
    return resourceTypeOf(this.#stack.name, logicalId, type).ref(this.#identity(logicalId));
  }

  #attribute(logicalId: string, attribute: string): unknown {
    const identity = this.#identity(logicalId);
    const rule = resourceTypeOf(this.#stack.name, logicalId, identity.type).attributes[attribute];
    const value = rule?.(identity) ?? this.#options.customAttribute?.(this.#stack.name, logicalId, attribute);
    if (value !== undefined) return value;
    throw new Error(
      `${this.#stack.name}: the local run does not know attribute ${attribute} of ${logicalId} (${identity.type}); ` +
        "add it in local/assembly/resource-types.ts",
    );
  }

  #identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.#stack.template.Resources[logicalId];
    if (resource === undefined) throw new Error(`${this.#stack.name}: the template refers to ${logicalId}, which it does not have`);
    const identity: Identity = {
      stackName: this.#stack.name,
      logicalId,
      type: resource.Type,
      endpoint: this.#options.endpoint,
      property: (name) => this.#property(logicalId, name),
      name: (property) => {
        const given = this.#property(logicalId, property);
        return typeof given === "string" ? given : `${this.#stack.name}-${logicalId}-${suffix({ stackName: this.#stack.name, logicalId })}`;
      },
    };
    this.#identities.set(logicalId, identity);
    return identity;
  }

  #property(logicalId: string, name: string): unknown {
    const place = `${logicalId}.${name}`;
    if (this.#properties.has(place)) return this.#properties.get(place);
    if (this.#resolving.includes(place)) {
      throw new Error(`${this.#stack.name}: references go in a circle: ${[...this.#resolving, place].join(" → ")}`);
    }
    this.#resolving.push(place);
    try {
      const value = evaluate(this.#stack.template.Resources[logicalId]?.Properties[name], this.#surroundings, place);
      this.#properties.set(place, value);
      return value;
    } finally {
      this.#resolving.pop();
    }
  }
}
