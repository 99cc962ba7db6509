/** The Node package that runs Whisper: whisper.cpp, built for the common systems. No dependency of ours: most local runs need no recogniser. */
export const WHISPER_PACKAGE = "@fugood/whisper.node";
const INSTALL = `npm install --no-save --omit=optional ${WHISPER_PACKAGE}@1.1.3 @fugood/node-whisper-${process.platform}-${process.arch}@1.1.3`;

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
  toggleNativeLog(enable: boolean): Promise<void>;
  initWhisper(options: { filePath: string; useGpu: boolean }): Promise<WhisperContext>;
}

/** @throws Error saying how to install the package, or that the weights are none of whisper.cpp's. */
export async function openWhisper(modelFile: string): Promise<WhisperContext> {
  let loaded: WhisperPackage;
  try {
    loaded = (await import(WHISPER_PACKAGE)) as WhisperPackage;
  } catch (error) {
    throw new Error(`Whisper needs the package ${WHISPER_PACKAGE}, which does not load here (${error instanceof Error ? error.message : String(error)}). Install it: ${INSTALL}`, { cause: error });
  }
  // Switched on, and heard by nobody: otherwise it is written to standard error, a dozen lines a recording.
  await loaded.toggleNativeLog(true);
  try {
    const context = await loaded.initWhisper({ filePath: modelFile, useGpu: false });
    return {
      transcribeData: (samples, options) => context.transcribeData(samples, options),
      release: async () => {
        await context.release();
        // What hears the log keeps the process alive.
        await loaded.toggleNativeLog(false);
      },
    };
  } catch (error) {
    await loaded.toggleNativeLog(false);
    throw new Error(`${modelFile} does not load as Whisper weights in whisper.cpp's ggml format: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
