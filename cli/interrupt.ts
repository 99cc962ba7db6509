export interface Interrupt {
  signal: AbortSignal;
  release: () => void;
}

/** The first Ctrl-C asks to stop, the second leaves at once. */
export function abortOnInterrupt(notice: string): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    console.error(`\n${notice}`);
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
