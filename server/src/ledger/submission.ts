import type { ErrorBody, Refusal } from '@signalbox/shared/errors';
import type { Caller, Context } from '../domain/decision.ts';
import type { Draft } from '../domain/view.ts';

/** A command on its way into the ledger. `decide` may run more than once: every time on a newer view. */
export interface Submission<O = unknown> {
  command: string;
  caller: Caller;
  /** With `inputHash`: a repetition is answered from the first outcome. */
  requestId?: string;
  inputHash?: string;
  /** Why, for the log. */
  reason?: string;
  /** Goes before ordinary commands: releases, directives, sweeps. */
  urgent?: boolean;
  /** Writes a transaction even when no record changes: the tick of the ledger clock. */
  always?: boolean;
  decide(draft: Draft, context: Context): O | Refusal;
}

export type Settled<O = unknown> = { ok: true; epoch: number; seq: number; reply: O } | { ok: false; error: ErrorBody };

/** A submission in the queue. `settle` is called exactly once; later calls are ignored. */
export class Pending {
  readonly submission: Submission;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly #resolve: (settled: Settled) => void;
  settled = false;

  constructor(submission: Submission, since: number, resolve: (settled: Settled) => void) {
    this.submission = submission;
    this.since = since;
    this.#resolve = resolve;
  }

  settle(settled: Settled): void {
    if (this.settled) return;
    this.settled = true;
    this.#resolve(settled);
  }
}
