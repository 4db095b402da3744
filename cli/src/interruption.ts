const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Ctrl-C and `kill`, as a signal of the other kind. Heard until disposed of: a terminal and npm may both pass Ctrl-C on,
 * and the second must not cut short the tidying up after the first.
 */
export function untilInterrupted(): { signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController();
  const interrupted = (): void => controller.abort();
  for (const name of SIGNALS) process.on(name, interrupted);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of SIGNALS) process.off(name, interrupted);
    },
  };
}
