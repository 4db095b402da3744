import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './line.ts';

/** Milliseconds of the machine's monotonic clock: the same in every process of the machine. */
export function now(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1_000 + nanos / 1e6;
}

type Unstamped<L> = L extends Line ? Omit<L, 'at'> : never;

/** One file of a history. A line is with the kernel before anything else happens: no kill of this process loses it. */
export class HistoryWriter {
  readonly #file: number;

  constructor(folder: string, name: string) {
    this.#file = openSync(join(folder, `${name}.jsonl`), 'a');
  }

  write(line: Unstamped<Line>): void {
    writeSync(this.#file, `${JSON.stringify({ at: now(), ...line })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
