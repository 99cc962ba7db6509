import type { ConversationsConfiguration } from "./conversations-configuration.ts";
import type { StreamConfiguration } from "./configuration-leaves.ts";
import type { Mistake } from "./text-classifier-checks.ts";

/** How many batches of conversation ends are worked on at a time, beside those of the stream: an end reads one conversation and writes a few rows. */
export const ENDS_AT_A_TIME = 5;
export const ENDS_IN_A_BATCH = 10;

/** Of Lambda's 4 KB for all variables of a function; fitted fusion weights take some 1,050, names some 500. */
const LARGEST_SETTINGS_BYTES = 2_500;
const SECONDS_OF_A_DAY = 86_400;

/** The mistakes of `conversations` that no single key shows. Places start at the configuration. */
export function conversationMistakes({ connect, settings, tracker }: ConversationsConfiguration, results: StreamConfiguration): Mistake[] {
  return [
    ...settingsMistakes(settings),
    ...ageMistakes(["conversations", "tracker"], tracker, results),
    ...(connect === null ? [] : ageMistakes(["conversations", "connect", "results"], connect.results, results)),
    ...concurrencyMistakes({ connect, tracker }),
  ];
}

function settingsMistakes(settings: ConversationsConfiguration["settings"]): Mistake[] {
  const place = ["conversations", "settings"];
  const { alerts, quietSeconds, rememberDays } = settings;
  const repeated = alerts.flatMap(({ name }, index): Mistake[] =>
    alerts.slice(0, index).some((other) => other.name === name) ? [{ place: [...place, "alerts", index, "name"], message: "a name that no other rule has: a rule fires once a conversation, by its name" }] : [],
  );
  const bytes = Buffer.byteLength(JSON.stringify(settings));
  return [
    ...repeated,
    ...(quietSeconds * 2 > rememberDays * SECONDS_OF_A_DAY
      ? [{ place: [...place, "rememberDays"], message: `at least ${Math.ceil((quietSeconds * 2) / SECONDS_OF_A_DAY)}, twice quietSeconds (${quietSeconds}), or a conversation is forgotten before it has ended` }]
      : []),
    ...(bytes > LARGEST_SETTINGS_BYTES ? [{ place, message: `settings of at most ${LARGEST_SETTINGS_BYTES} bytes of JSON (these have ${bytes}), because Lambda keeps at most 4 KB of variables; leave alerts out or shorten their names` }] : []),
  ];
}

function ageMistakes(place: string[], { maximumRecordAgeSeconds }: ConversationsConfiguration["tracker"], { retentionHours }: StreamConfiguration): Mistake[] {
  const kept = retentionHours * 3_600;
  if (maximumRecordAgeSeconds <= kept) return [];
  return [{ place: [...place, "maximumRecordAgeSeconds"], message: `at most ${kept}, what streams.results.retentionHours keeps; an older result would be lost without a trace` }];
}

function concurrencyMistakes({ connect, tracker }: Pick<ConversationsConfiguration, "connect" | "tracker">): Mistake[] {
  const least = ENDS_AT_A_TIME + tracker.parallelization;
  const tasks = connect === null || connect.taskFlowId === null ? 0 : connect.alerts.maximumConcurrency;
  return [
    ...(tracker.reservedConcurrency === undefined || tracker.reservedConcurrency >= least
      ? []
      : [{ place: ["conversations", "tracker", "reservedConcurrency"], message: `at least ${least}: ${ENDS_AT_A_TIME} batches of ends, and conversations.tracker.parallelization for a shard` }]),
    ...(connect?.results.reservedConcurrency === undefined || connect.results.reservedConcurrency >= tasks + connect.results.parallelization
      ? []
      : [
          {
            place: ["conversations", "connect", "results", "reservedConcurrency"],
            message: `at least ${tasks + connect.results.parallelization}: conversations.connect.results.parallelization for a shard${tasks === 0 ? "" : ", and conversations.connect.alerts.maximumConcurrency"}`,
          },
        ]),
  ];
}
