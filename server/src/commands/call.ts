import type { CommandDeclaration } from '@signalbox/shared/command';
import type { CommandName, ParsedInput } from '@signalbox/shared/commands';
import type { Refusal } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';
import type { Caller, Decision } from '../domain/decision.ts';
import type { Settled, Submission } from '../ledger/submission.ts';
import type { Project } from '../project.ts';
import type { Parsed } from './parse.ts';
import { guarded } from './run-decision.ts';

export type Answer = Ack<Record<string, unknown>>;

/** A command that is allowed and well formed; what is wrong with the state is for its decision. */
export interface Call {
  declaration: CommandDeclaration;
  project: Project;
  /** Project of the address; differs from `project` only for one that is about to be created. */
  address: string;
  caller: Caller;
  parsed: Parsed;
  via: 'socket' | 'http';
  /** Undefined for the owner's token. */
  tokenId: string | undefined;
  /** The caller's token is bound to this agent. */
  onlyAgent: string | undefined;
  /** The caller may see this project only. */
  onlyProject: string | undefined;
  seen: { epoch: number; seq: number } | undefined;
}

/** The parsed input of a command: its declared schema has accepted it. */
export const inputOf = <N extends CommandName>(call: Call, _name: N): ParsedInput<N> =>
  call.parsed.input as ParsedInput<N>;

/** These end a wait of somebody else or carry a person's word: they go first. */
const URGENT: ReadonlySet<string> = new Set([
  'lock.release',
  'lock.forceRelease',
  'agent.leave',
  'agent.evict',
  'agent.heartbeat',
  'directive.send',
  'question.answer',
]);

export function submission<I, O>(call: Call, decision: Decision<I, O>, input: I): Submission<O> {
  const { requestId, inputHash } = call.parsed;
  return {
    command: call.declaration.name,
    caller: call.caller,
    ...(requestId !== undefined && inputHash !== undefined && { requestId, inputHash }),
    ...reasonOf(call.parsed.input),
    urgent: URGENT.has(call.declaration.name),
    decide: guarded(decision, input, call.declaration.name),
  };
}

/** Whoever gives a reason has it in the log, beside what was done. */
const reasonOf = (input: unknown): { reason?: string } =>
  typeof input === 'object' && input !== null && 'reason' in input && typeof input.reason === 'string'
    ? { reason: input.reason }
    : {};

export const failed = (refusal: Refusal): Answer => ({ ok: false, error: refusal.refused });

export const answered = (settled: Settled<Record<string, unknown>>): Answer =>
  settled.ok ? { ok: true, epoch: settled.epoch, seq: settled.seq, ...settled.reply } : settled;
