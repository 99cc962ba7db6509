import { createRequire } from "node:module";

/**
 * whisper.cpp for Node, built for this system (3 MB): the native half of @fugood/whisper.node, whose other half asks for builds for graphics
 * cards, too (250 MB). No dependency of ours: most local runs need no recogniser.
 */
export const WHISPER_PACKAGE = `@fugood/node-whisper-${process.platform}-${process.arch}`;
const INSTALL = `npm install --no-save ${WHISPER_PACKAGE}@1.1.3`;

/** What we use of it. Times are milliseconds. */
export interface WhisperContext {
  /** @param samples 16 kHz, 16 bits, one channel */
  transcribeData(samples: ArrayBuffer, options: { language: string; maxThreads: number; temperature: number; temperatureInc: number }): { promise: Promise<WhisperResult> };
  release(): Promise<void>;
}

export interface WhisperResult {
  /** ISO 639-1: the one asked for, or what `auto` found. */
  language?: string;
  segments: { text: string; t0: number; t1: number }[];
  isAborted: boolean;
}

interface WhisperPackage {
  WhisperContext: {
    new (options: { filePath: string; useGpu: boolean }): WhisperContext;
    toggleNativeLog(enable: boolean, callback?: (level: string, text: string) => void): void;
  };
}

/** @throws Error saying how to install the package, or that the weights are none of whisper.cpp's. */
export function openWhisper(modelFile: string): WhisperContext {
  const { WhisperContext: Context } = loadPackage();
  // Heard by nobody: otherwise it is written to standard error, a dozen lines a recording.
  Context.toggleNativeLog(true, () => undefined);
  // What hears the log keeps the process alive.
  const quiet = (): void => Context.toggleNativeLog(false);
  try {
    const context = new Context({ filePath: modelFile, useGpu: false });
    return {
      transcribeData: (samples, options) => context.transcribeData(samples, options),
      release: () => context.release().finally(quiet),
    };
  } catch (error) {
    quiet();
    throw new Error(`${modelFile} does not load as Whisper weights in whisper.cpp's ggml format: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function loadPackage(): WhisperPackage {
  try {
    return createRequire(import.meta.url)(WHISPER_PACKAGE) as WhisperPackage;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new Error(`Whisper needs the package ${WHISPER_PACKAGE}, which does not load here (${reason}). Install it: ${INSTALL}`, { cause: error });
  }
}
