import { join } from "node:path";
import type { LocalApplication } from "../assembly/local-application.ts";
import type { PolicyAuthorizer } from "../iam/policy-authorizer.ts";
import type { S3Engine } from "../s3/s3-engine.ts";
import { DataAccess } from "./data-access.ts";
import { sidecarRecogniser } from "./sidecar.ts";
import { TranscribeService, type TranscribeServiceOptions } from "./transcribe-service.ts";
import { WhisperRecogniser } from "./whisper-recogniser.ts";

export interface OpenTranscribeOptions extends Pick<TranscribeServiceOptions, "publish" | "log"> {
  application: LocalApplication;
  s3: S3Engine;
  authorizer: PolicyAuthorizer;
  dataFolder: string;
  quota: number | undefined;
  /** A file with Whisper's weights. */
  whisperModel: string | undefined;
}

/**
 * Amazon Transcribe of a local run, with what can write recordings down here.
 * @throws when Whisper is wanted and its package or weights do not load, or when a role that Transcribe takes on cannot be judged.
 */
export function openTranscribe({ application, authorizer, dataFolder, log, publish, quota, s3, whisperModel }: OpenTranscribeOptions): { service: TranscribeService; close: () => Promise<void> } {
  const access = new DataAccess(application, s3, authorizer);
  for (const roleArn of access.roles()) authorizer.expectRole(roleArn, "Transcribe");
  const whisper = whisperModel === undefined ? undefined : WhisperRecogniser.open(whisperModel);
  const recognisers = [sidecarRecogniser, ...(whisper === undefined ? [] : [whisper])];
  const service = new TranscribeService({ path: join(dataFolder, "transcribe", "jobs.log"), s3, access, recognisers, publish, log, ...(quota === undefined ? {} : { quota }) });
  const close = async (): Promise<void> => {
    // First, so that a recording that is cut short is begun anew by the next run and not kept as failed.
    service.close();
    await whisper?.close();
  };
  return { service, close };
}
