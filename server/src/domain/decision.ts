import type { CommandName, CommandOutput, ParsedInput } from '@signalbox/shared/commands';
import type { Refusal } from '@signalbox/shared/errors';
import type { AccessRole } from '@signalbox/shared/records/hub';
import type { Draft } from './view.ts';

/** Who asks. An agent's connection is its fence: only the newest one may write. */
export type Caller =
  | { kind: 'agent'; agentId: string; connection: number }
  /** An agent that registers: its connection is what it asks for. */
  | { kind: 'newcomer'; agentId: string }
  | { kind: 'person'; name: string; role: AccessRole }
  | { kind: 'hub' };

export function actorOf(caller: Caller): string {
  switch (caller.kind) {
    case 'agent':
    case 'newcomer':
      return caller.agentId;
    case 'person':
      return `human:${caller.name}`;
    case 'hub':
      return 'hub';
  }
}

/** Everything a decision may know besides the records: no clock, randomness or I/O of its own. */
export interface Context {
  caller: Caller;
  actor: string;
  /** Ledger clock, milliseconds. */
  clock: number;
  /** Wall clock for people, milliseconds since 1970. */
  at: number;
  epoch: number;
  /** The seq this transaction gets if it changes something. */
  seq: number;
  /** Id of the hub process. */
  node: string;
}

/** Reads and changes the draft; returns the reply or a refusal, which undoes every change. */
export type Decision<I, O> = (draft: Draft, input: I, context: Context) => O | Refusal;

/**
 * What a command's decision returns: its output with records instead of replies about them (long text is added after
 * the commit, so that receipts stay small) and without what every ack carries.
 */
export type DecisionOf<N extends CommandName> = Decision<ParsedInput<N>, CommandOutput<N>>;
