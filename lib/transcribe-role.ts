import { Stack } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { TRANSCRIPTS_PREFIX } from "../core/transcripts/storage-keys.ts";
import { acknowledgeWildcards } from "./acknowledged-wildcards.ts";
import { AUDIO_KEYS } from "./audio-bucket.ts";
import type { AudioConfiguration } from "./audio-configuration.ts";
import type { AudioStorage } from "./audio-storage.ts";
import { grantReadOtherBuckets } from "./other-buckets.ts";

const TRANSCRIBE = "transcribe.amazonaws.com";

/** Why rights to recordings end in a wildcard. */
export const RECORDINGS_KEYS = "Producers lay their recordings out as they like.";

export interface TranscribeRoleProps {
  voice: AudioStorage;
  otherBuckets: AudioConfiguration["recordings"]["otherBuckets"];
}

/** Amazon Transcribe's own: a job that waits for its turn runs when the one who asked for it is long gone. */
export class TranscribeRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { otherBuckets, voice }: TranscribeRoleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.role = new Role(this, "Resource", {
      assumedBy: new ServicePrincipal(TRANSCRIBE, { conditions: { StringEquals: { "aws:SourceAccount": stack.account } } }),
      description: "Transcribe: reads recordings, writes transcripts",
    });
    voice.recordings.grantRead(this.role);
    grantReadOtherBuckets(this.role, otherBuckets, stack);
    voice.audio.grantRead(this.role, TRANSCRIPTS_PREFIX);
    voice.audio.grantWrite(this.role, TRANSCRIPTS_PREFIX);
    acknowledgeWildcards(this.role, { "/*": RECORDINGS_KEYS, [`${TRANSCRIPTS_PREFIX}*`]: AUDIO_KEYS[TRANSCRIPTS_PREFIX] });
  }

  /** For the function that starts jobs in this role. */
  grantPass(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["iam:PassRole"], resources: [this.role.roleArn], conditions: { StringEquals: { "iam:PassedToService": TRANSCRIBE } } }),
    );
  }
}
