import { Command, CommanderError, Option } from "commander";
import { RejectReasonSchema } from "../core/contracts/reject.ts";
import { ChannelSchema } from "../core/contracts/identity.ts";
import { PROMPT_STRATEGIES } from "../core/classification/classifier-specification.ts";
import { PRICED_REGION } from "../core/costs/unit-prices.ts";
import { addAudioCommands } from "./audio-commands.ts";
import { addFusionCommands } from "./fusion-commands.ts";
import { addConversationCommands } from "./conversation-commands.ts";
import { EXIT, explainFailure } from "./command-error.ts";
import type { ExitCode } from "./command-error.ts";
import { parseAnyShare, parseCertainty, parseCount, parseLanguage, parsePort, parseQuantity, parseRate, parseShare, parseTextsPerCall, parseUsd, target } from "./command-options.ts";
import type { ReadStage } from "./estimate.ts";

const EXIT_CODES = `
Exit codes:
  0  done
  1  the command failed, or some of its input did
  2  the command line is wrong
  3  nothing could be reached: no local run, no credentials, no such stage`;

/** Runs `valence` with these arguments and returns the process's exit code. @param readStage reads and checks a stage's configuration. */
export async function runCommandLine(args: readonly string[], readStage: ReadStage): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = buildProgram((code) => {
    exitCode = code;
  }, readStage);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = explainFailure(error);
    console.error(failure.message);
    return failure.exitCode;
  }
}

/** Commands are imported when they run: `valence --help` must not load the AWS SDK or the local cloud. */
function buildProgram(finish: (code: ExitCode) => void, readStage: ReadStage): Command {
  const program = new Command("valence")
    .description("Customer interactions into sentiment that analysts can query: on this machine, or in your AWS account.")
    .exitOverride()
    .showHelpAfterError("(see --help)")
    .addHelpText("after", `\nStart with: npx valence demo\n${EXIT_CODES}`);

  const command = (parent: Command, name: string, description: string, examples: string): Command =>
    parent
      .command(name)
      .description(description)
      .exitOverride()
      .showHelpAfterError("(see --help)")
      .addHelpText("after", `\nExamples:\n${examples}\n${EXIT_CODES}`);

  command(
    program,
    "local",
    "Run the whole application on this machine, from the very templates and bundles that would be deployed.",
    `  npx valence local
  npx valence local --data .valence/demo          look into what the demo left behind
  npx valence local --fresh --faults 0.1          start empty; every tenth call of a function fails on purpose
  npx valence local --whisper models/whisper      write recordings down with Whisper (docs/local-transcribe.md)`,
  )
    .addOption(new Option("--port <port>", "port of every local service").default(4577).argParser(parsePort))
    .option("--data <folder>", "where streams, queues, buckets and tables are kept", ".valence/local")
    .option("--fresh", "empty the data folder first")
    .option("--faults <rate>", "share of calls to fail on purpose, 0 to 0.5", parseRate)
    .option("--whisper <path>", "Whisper's weights, a ggml-*.bin file or its folder, for recordings without a transcript beside them (default: VALENCE_WHISPER_MODEL)")
    .action(async (options) => finish(await (await import("./local.ts")).runLocal(options)));

  const send = program.command("send").description("Send interactions to a stream.").exitOverride();
  target(
    command(
      send,
      "text",
      "Send sentences or files to the text stream.",
      `  npx valence send text "The parcel came a day early, thank you!"
  npx valence send text reviews.csv tickets.jsonl.gz --channel ticket --wait
  zcat export.txt.gz | npx valence send text - --language pt
  npx valence send text broken.jsonl --raw         each line as it is, for the pipeline to judge

Files, each also with .gz:
  .txt              one interaction a line
  .csv, .tsv        with a header: text, id, conversationId, channel, speaker, turn, language, occurredAt;
                    other columns become attributes
  .jsonl, .ndjson   Valence text records as they are (schemas/text-record.json), or objects with a field
                    text: the same fields are mapped (lang is language), others become attributes
Lines of a file get an id from the file's name, the line's number and its content when they bring none:
sending a file twice gives no second row. A line that cannot be read is named on standard error and not sent.
A speaker other than customer or agent becomes an attribute; times without a zone are read as UTC.`,
    ),
  )
    .argument("[input...]", "files, sentences, or - for standard input")
    .option("--text <sentence>", "a sentence, even if a file has that name")
    .addOption(new Option("--channel <channel>", "for records that name none").choices(ChannelSchema.options).default("chat"))
    .option("--language <tag>", "BCP 47 tag for records that name none; otherwise Valence detects it", parseLanguage)
    .addOption(new Option("--input-format <format>", "when the name of the file does not say it").choices(["text", "csv", "jsonl"]))
    .option("--raw", "send each line's bytes untouched")
    .option("--wait", "return when everything sent can be queried (local run only)")
    .action(async (inputs, options) => finish(await (await import("./send.ts")).sendText(inputs, options)));
  addAudioCommands({ program, send, command, finish });

  target(
    command(
      program,
      "query",
      "Ask the warehouse in SQL, through the Redshift Data API.",
      `  npx valence query "select channel, label, count(*) from valence.results group by 1, 2 order by 1, 2"
  npx valence query --file report.sql --format csv > report.csv
  npx valence query --refresh "select count(*) from valence.results"
  npx valence query --stage dev --as-administrator 'grant role valence_analyst to "IAM:ana"'
  npx valence query                               a prompt, when standard input is a terminal`,
    ),
  )
    .argument("[sql]", "one SQL statement")
    .option("--file <file>", "read the statement from a file, or - for standard input")
    .addOption(new Option("--format <format>", "how to print the rows").choices(["table", "csv", "json"]).default("table"))
    .option("--refresh", "refresh the streaming view first, to see the newest results (in an account, as administrator)")
    .option("--as-administrator", "in an account, as the warehouse's owner, with its secret; without it you are your own IAM identity")
    .action(async (sql, options) => finish(await (await import("./query.ts")).query(sql, options)));

  addConversationCommands({ program, command, finish });

  target(
    command(
      program,
      "rejects",
      "Show what could not be processed: rejects, failed batches and dead letters.",
      `  npx valence rejects
  npx valence rejects --reason not_json --limit 50
  npx valence rejects --show rejects/not_json/2026-11-22/…json`,
    ),
  )
    .addOption(new Option("--reason <reason>", "only those").choices([...RejectReasonSchema.options, "failed_batch"]))
    .option("--limit <number>", "how many of the newest to list", parseCount, 10)
    .option("--show <key>", "print one record whole")
    .addOption(new Option("--format <format>", "how to print the list").choices(["table", "csv", "json"]).default("table"))
    .action(async (options) => finish(await (await import("./rejects.ts")).showRejects(options)));

  target(
    command(
      program,
      "replay",
      "Send rejects, failed batches and dead letters back to where they came from. Without --yes it only says what it would do.",
      `  npx valence replay                              a dry run of everything
  npx valence replay --reason classification_failed --yes
  npx valence replay --key rejects/invalid_record/2026-11-22/…json --yes

A replayed object moves to replayed/ in its bucket. An interrupted replay can be run again: what was sent
twice has the same id, hence one row.`,
    ),
  )
    .addOption(new Option("--reason <reason>", "only those").choices([...RejectReasonSchema.options, "failed_batch", "dead_letters"]))
    .option("--key <key...>", "only these objects")
    .option("--yes", "do it")
    .action(async (options) => finish(await (await import("./replay.ts")).replay(options)));

  const tune = program.command("tune").description("Choose by labelled data what a configuration should say.").exitOverride();
  command(
    tune,
    "cascade",
    "Pick the confidences from which a cascade's stages answer, and show what that buys and costs.",
    `  npx valence tune cascade labelled.jsonl.gz --stage dev --record answers.jsonl
  npx valence tune cascade labelled.jsonl --stages embedded,comprehend --accuracy 0.7
  npx valence tune cascade labelled.jsonl --stages embedded,llm --simulate "llm:accuracy=0.8,usd=0.0004"
  npx valence tune cascade labelled.jsonl --config cascade.json --answers bedrock=answers.jsonl --budget 0.1

Files hold one JSON object a line: text, label (positive, neutral or negative) and lang. Half of the texts choose the
thresholds, the other half checks them. Hosted stages are asked about every text, in your account (AWS_PROFILE,
AWS_REGION); the first 20 show what the rest will cost. Ends with 1 when the thresholds do not hold on the other half.
How to read the output: docs/tuning-a-cascade.md`,
  )
    .argument("<file...>", "labelled texts: .jsonl, .jsonl.gz")
    .option("--stages <names>", "cheapest first: embedded, comprehend, and names that --answers or --simulate speak of")
    .option("--stage <stage>", "the cascade in config/<stage>.json")
    .option("--config <file>", "the cascade in this file: a stage's configuration, or the specification alone")
    .option("--accuracy <share>", "the accuracy to reach at the lowest cost, 0 to 1 (or the macro recall, with --metric); default: that of the last stage alone", parseShare)
    .option("--budget <usd>", "US dollars per 1,000 texts to spend for the best answers", parseUsd)
    .option("--certainty <share>", "how certain the half tuned on must make us that the target is met on other texts, 0.5 (it is met there) to 0.999 (default: 0.9)", parseCertainty)
    .addOption(new Option("--metric <metric>", "what to compare by").choices(["accuracy", "macro-recall"]).default("accuracy"))
    .addOption(new Option("--channel <channel>", "the texts are prepared as of this channel").choices(ChannelSchema.options).default("social"))
    .option("--record <file>", "keep answers of stages that are asked; those in the file are not asked for again")
    .option("--answers <stage=file...>", "take a stage's answers from such a file")
    .option("--simulate <stage:settings...>", "make a stage's answers up: accuracy, usd (a text), confidence, correlation, confusion")
    .option("--yes", "ask hosted stages even when that costs more than $1")
    .option("--seed <number>", "of the split, the intervals and simulated answers", parseCount, 1)
    .option("--json", "print everything as JSON")
    .action(async (files, options) => finish(await (await import("./tune-cascade.ts")).tuneCascadeCommand(files, options)));
  addFusionCommands({ tune, command, finish });

  command(
    program,
    "estimate",
    "Reckon what so many texts a month cost: the classifiers side by side, and a stage's whole bill by service.",
    `  npx valence estimate
  npx valence estimate --texts 5000000 --characters 400 --stage prod
  npx valence estimate --config config/examples/voice.json --call-minutes 100000
  npx valence estimate --config my-stage.json --passed-on 0.2 --json
How each line is reckoned: docs/cost-estimate.md`,
  )
    .option("--texts <number>", "texts a month; 0 shows what an idle stage costs", parseQuantity, 1_000_000)
    .option("--characters <number>", "of a text, on average", parseCount, 140)
    .option("--call-minutes <number>", "minutes of calls a month whose words are written down", parseQuantity, 0)
    .option("--minutes-per-call <number>", "of a call, on average", parseCount, 5)
    .addOption(new Option("--stage <stage>", "the stage in config/<stage>.json; dev unless told").conflicts("config"))
    .option("--config <file>", "the stage in this file")
    .addOption(new Option("--region <region>", "whose prices").choices([PRICED_REGION]).default(PRICED_REGION))
    .option("--passed-on <share>", "the share of texts that each stage of a cascade passes on, 0 to 1", parseAnyShare, 0.3)
    .option("--texts-per-call <number>", "texts packed into a language model's call, 1 to 50", parseTextsPerCall, 20)
    .addOption(new Option("--strategy <strategy>", "how language models are asked").choices(PROMPT_STRATEGIES).default("zero-shot"))
    .option("--json", "print everything as JSON")
    .action(async (options) => finish(await (await import("./estimate.ts")).estimateCommand(options, readStage)));

  command(
    program,
    "demo",
    "Show everything at once: start, send sample interactions or your own files, answer in SQL and in a picture.",
    `  npx valence demo
  npx valence demo reviews.csv                    any file that send text takes
  npm run demo -- tweets.jsonl.gz`,
  )
    .argument("[file...]", "your own files instead of the samples")
    .addOption(new Option("--channel <channel>", "for records that name none").choices(ChannelSchema.options).default("social"))
    .option("--language <tag>", "BCP 47 tag for records that name none", parseLanguage)
    .option("--data <folder>", "emptied first, kept afterwards", ".valence/demo")
    .action(async (files, options) => finish(await (await import("../demo/run-demo.ts")).runDemo(files, options)));

  return program;
}
