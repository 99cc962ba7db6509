import { BedrockRuntimeClient, ConverseCommand, type ConverseCommandOutput } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { BedrockSpecification } from "../../core/classification/classifier-specification.ts";
import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import { type CatalogueModel, findModel } from "../../core/models/catalogue.ts";
import { tokenCostUsd } from "../../core/models/token-cost.ts";
import type { Instrument } from "../calling/instrument.ts";
import { ServiceCaller } from "../calling/service-caller.ts";
import type { LanguageModel, ModelOutcome, ModelRequest } from "../prompting/language-model.ts";
import { bedrockIdentity } from "./bedrock-identity.ts";
import { concede, type Dialect, dialectOf, stumblesOverTool } from "./converse-dialect.ts";
import { failureOfConverse } from "./converse-failure.ts";
import { readConverseReply } from "./converse-reply.ts";
import { converseRequest } from "./converse-request.ts";

/** A full answer of 2,048 tokens takes a large model about this long. */
const REQUEST_MS = 30_000;
const CONNECT_MS = 2_000;
/** More than a new account's quota for large models; the adaptive limit finds what is really there. */
const MAXIMUM_IN_FLIGHT = 8;
const MAXIMUM_ATTEMPTS = 4;
/**
 * An imported model that nobody asked for some minutes is unloaded and says ModelNotReadyException while it loads again, for a minute or so. Whoever gives up
 * before finds it unloaded again the next time. With the pauses between them, these last about 40 s on average, or as long as the caller's time does.
 */
const MAXIMUM_ATTEMPTS_OF_IMPORTED = 12;
/** A dozen texts of a review's length: one bad text spoils no more than that. */
const TEXT_BYTES = 24_000;
/** For models that hold 8,192 tokens: in scripts that need a token for every two bytes, prompt and answer still fit. */
const TEXT_BYTES_IN_SMALL_CONTEXT = 8_000;
const SMALL_CONTEXT_TOKENS = 16_000;

/** A language model behind Bedrock's Converse API. */
export class BedrockModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly maximumTextBytes: number;
  readonly #specification: BedrockSpecification;
  readonly #instrument: Instrument;
  readonly #price: BedrockSpecification["price"] | CatalogueModel["price"];
  readonly #caller: ServiceCaller;
  #dialect: Dialect;
  #client: Promise<BedrockRuntimeClient> | undefined;

  constructor(specification: BedrockSpecification, instrument: Instrument) {
    const model = findModel(specification.model);
    this.#specification = specification;
    this.#instrument = instrument;
    this.#price = specification.price ?? model?.price;
    this.#caller = new ServiceCaller({
      service: "Bedrock",
      failureOf: failureOfConverse,
      requestTimeoutMs: REQUEST_MS,
      maximumInFlight: MAXIMUM_IN_FLIGHT,
      maximumAttempts: specification.model.includes(":imported-model/") ? MAXIMUM_ATTEMPTS_OF_IMPORTED : MAXIMUM_ATTEMPTS,
    });
    this.#dialect = dialectOf(specification.model);
    this.identity = bedrockIdentity(specification.model);
    this.maximumTextBytes = model !== undefined && model.contextTokens < SMALL_CONTEXT_TOKENS ? TEXT_BYTES_IN_SMALL_CONTEXT : TEXT_BYTES;
  }

  async ask(request: ModelRequest, signal: AbortSignal | undefined): Promise<ModelOutcome> {
    const outcome = await this.#caller.call((attemptSignal) => this.#converse(request, attemptSignal), signal);
    if (!outcome.ok) return outcome;
    const { inputTokens, outputTokens } = outcome.value.usage ?? {};
    const usd = this.#price === undefined ? 0 : tokenCostUsd(this.#price, inputTokens ?? 0, outputTokens ?? 0);
    return {
      ok: true,
      reply: readConverseReply(outcome.value),
      usage: { usd, milliseconds: outcome.milliseconds, ...(inputTokens !== undefined && { inputTokens }), ...(outputTokens !== undefined && { outputTokens }) },
    };
  }

  /**
   * One attempt; what the model does not take is left out from then on and the call made again. What it could not write as a tool call, it may write as
   * JSON, this time only. @throws the SDK's errors.
   */
  async #converse(request: ModelRequest, signal: AbortSignal): Promise<ConverseCommandOutput> {
    this.#client ??= this.#createClient();
    const client = await this.#client;
    for (let dialect = this.#dialect, form = dialect.form; ; ) {
      try {
        const output = await client.send(new ConverseCommand(converseRequest(this.#specification, request, { ...dialect, form })), { abortSignal: signal });
        // An ARN does not tell beforehand. What the thoughts cut off now, the next call has room for.
        if (!dialect.thinks && hasThought(output)) this.#dialect = { ...dialect, thinks: true };
        return output;
      } catch (error) {
        if (form === "tool" && stumblesOverTool(error)) {
          form = "json";
          continue;
        }
        const conceded = concede(dialect, error);
        if (conceded === undefined) throw error;
        dialect = this.#dialect = conceded;
        if (dialect.form === "json") form = "json";
      }
    }
  }

  #createClient(): Promise<BedrockRuntimeClient> {
    // HTTP/1.1, though the SDK's default here is HTTP/2: a session that died while Lambda kept the process frozen costs whole time-outs.
    const requestHandler = new NodeHttpHandler({ connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true });
    return this.#instrument(new BedrockRuntimeClient({ maxAttempts: 1, requestHandler }));
  }
}

function hasThought({ output }: ConverseCommandOutput): boolean {
  return output?.message?.content?.some(({ reasoningContent }) => reasoningContent !== undefined) === true;
}
