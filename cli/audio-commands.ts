import { type Command, Option } from "commander";
import { AudioRouteSchema } from "../core/contracts/audio-record.ts";
import { ChannelSchema, SpeakerSchema } from "../core/contracts/identity.ts";
import type { ExitCode } from "./command-error.ts";
import { parseChunkSeconds, parseLanguage, parsePace, target } from "./command-options.ts";

export interface AudioCommandsPlace {
  program: Command;
  /** The parent `valence send`. */
  send: Command;
  command: (parent: Command, name: string, description: string, examples: string) => Command;
  finish: (code: ExitCode) => void;
}

/** `valence send audio` and `valence listen`. */
export function addAudioCommands({ program, send, command, finish }: AudioCommandsPlace): void {
  target(
    command(
      send,
      "audio",
      "Send recordings, or one as a live conversation.",
      `  npx valence send audio call.wav
  npx valence send audio recordings/ --language pt --wait
  npx valence send audio call.wav --live          in real time, a chunk a second
  npx valence send audio call.mp3 --live --pace 10 --conversation call-7

WAV (PCM, float, A-law, µ-law), FLAC, MP3, Ogg Opus and Ogg Vorbis, told by content; one or two channels, 8 to 48 kHz.
Recordings go to the recordings bucket, whose events start their way; --live puts chunks on the audio stream. A recording gets
an id from its name and content: sending a file twice gives no second row. Of a folder, files with an audio ending are sent.
What was said is taken from call.wav.transcript.json beside call.wav (local run only: docs/local-transcribe.md); in an account
Amazon Transcribe writes it down.`,
    ),
  )
    .argument("<file...>", "recordings, or folders of them")
    .option("--live", "as chunks of a live conversation instead of as a recording")
    .option("--pace <times>", "of a live conversation: how many times faster than real time", parsePace, 1)
    .option("--chunk <seconds>", "of a live conversation: the length of a chunk", parseChunkSeconds, 1)
    .option("--conversation <id>", "of a single file; otherwise the recording's own id")
    .addOption(new Option("--channel <channel>", "where the interaction took place").choices(ChannelSchema.options).default("call"))
    .addOption(new Option("--speaker <speaker>", "who is on a recording of one channel").choices(SpeakerSchema.options))
    .addOption(new Option("--route <route>", "how it is heard, whatever the stage's configuration says").choices(AudioRouteSchema.options))
    .option("--language <tag>", "BCP 47 tag", parseLanguage)
    .option("--wait", "return when everything sent can be queried (local run only)")
    .action(async (files, options) => finish(await (await import("./send-audio.ts")).sendAudio(files, options)));

  command(
    program,
    "listen",
    "Classify a recording on this machine, without streams or queues, and print its timeline.",
    `  npx valence listen call.wav
  npx valence listen call.mp3 --model models/my-hubert
  npx valence listen call.flac --json

The same decoder, speech detector and model server as in a deployment. The model that comes along was trained on acted speech and is
for non-commercial use (models/embedded-audio/CARD.md).`,
  )
    .argument("<file>", "a recording")
    .option("--model <folder>", "a model folder (docs/audio-models.md)", "models/embedded-audio")
    .addOption(new Option("--left <speaker>", "who is on the left channel of a stereo recording").choices(SpeakerSchema.options).default("customer"))
    .option("--json", "print everything as JSON")
    .action(async (file, options) => finish(await (await import("./listen.ts")).listen(file, options)));
}
