import type { Timers } from '@signalbox/sdk/timers';

/** Also ends with the signal. */
export function sleep(timers: Timers, ms: number, stop?: AbortSignal): Promise<void> {
  if (ms <= 0 || stop?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      off();
      stop?.removeEventListener('abort', done);
      resolve();
    };
    const off = timers.after(ms, done);
    stop?.addEventListener('abort', done);
  });
}
