import { Option } from "commander";
import { SpeakerSchema } from "../core/contracts/identity.ts";
import type { AudioCommandsPlace } from "./audio-commands.ts";
import { parseConversationId, parseHalfLife, parseTurns, target } from "./command-options.ts";

/** `valence conversation` and `valence speakers`. */
export function addConversationCommands({ program, command, finish }: Omit<AudioCommandsPlace, "send">): void {
  target(
    command(
      program,
      "conversation",
      "Show a conversation turn by turn: what was said, how it sounded, and the trend; on the terminal, and as a page.",
      `  npx valence conversation                        the newest ones
  npx valence conversation call-7
  npx valence conversation call-7 --html call-7.html

The page is one file that needs no network: the course drawn, the turns as a table, and the recording, if it is still there and
no larger than 25 MiB.`,
    ),
  )
    .argument("[id]", "the conversation's id", parseConversationId)
    .option("--html <file>", "write the page as well")
    .option("--half-life <turns>", "of the trend drawn: so many turns of a speaker ago weighs half as much", parseHalfLife, 3)
    .option("--refresh", "refresh the streaming view first, to see the newest results (in an account, as administrator)")
    .action(async (id, options) => finish(await (await import("./conversation.ts")).showConversation(id, options)));

  target(
    command(
      program,
      "speakers",
      "Correct who is who in a transcribed conversation; its turns are labelled and fused anew.",
      `  npx valence speakers call-7                     who speaks now, and how that was told
  npx valence speakers call-7 --swap              customer and agent, in words and voices
  npx valence speakers call-7 --turns 3,5 --is agent
  npx valence speakers call-7 --swap --dry-run

Turns are numbered as in npx valence conversation. What is corrected counts as known, no longer as inferred (role_inferred).`,
    ),
  )
    .argument("<id>", "the conversation's id", parseConversationId)
    .addOption(new Option("--swap", "exchange customer and agent throughout").conflicts(["turns", "is"]))
    .option("--turns <numbers>", "only these turns, such as 3,5 or 3-7", parseTurns)
    .addOption(new Option("--is <speaker>", "who speaks in them").choices(SpeakerSchema.options))
    .option("--dry-run", "only say what would change")
    .option("--refresh", "refresh the streaming view first, to see the newest results (in an account, as administrator)")
    .action(async (id, options) => finish(await (await import("./speakers.ts")).correctSpeakers(id, options)));
}
