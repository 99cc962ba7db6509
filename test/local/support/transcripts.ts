import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { LocalCloud } from "../../../local/local-cloud.ts";
import { s3Client } from "./calls.ts";

export interface SpokenLine {
  channel?: number;
  speaker?: string;
  startMs: number;
  endMs: number;
  text: string;
  confidence?: number;
}

/** What the support call says, and when its speech begins and ends. */
export const SUPPORT_LINES: readonly SpokenLine[] = [
  { channel: 1, startMs: 600, endMs: 5_200, text: "Good morning, this is the card service. How can I help you today?" },
  { channel: 0, startMs: 5_900, endMs: 10_700, text: "My card was declined again, at the supermarket, with everybody watching me." },
  { channel: 1, startMs: 11_200, endMs: 14_900, text: "I am sorry to hear that. Let me look at your account." },
  { channel: 0, startMs: 15_400, endMs: 18_700, text: "This is the third time this month! Nobody ever calls me back!" },
  { channel: 1, startMs: 19_300, endMs: 24_900, text: "I can see what happened. The limit was lowered by mistake, and I have just raised it." },
  { channel: 0, startMs: 25_900, endMs: 29_400, text: "Oh. Well, thank you. That was quick." },
];

/** Puts a transcript where the local run's Transcribe looks for it: beside the recording. */
export async function putTranscript({ endpoint, outputs }: LocalCloud, recordingKey: string, language: string, utterances: readonly SpokenLine[]): Promise<void> {
  const client = s3Client(endpoint);
  await client.send(new PutObjectCommand({ Bucket: outputs["RecordingsBucketName"], Key: `${recordingKey}.transcript.json`, Body: JSON.stringify({ language, utterances }) }));
  client.destroy();
}
