import { hash } from 'node:crypto';
import type { Refusal } from '@signalbox/shared/errors';
import type { Asked } from '../domain/refusals.ts';
import type { Settled } from '../ledger/submission.ts';
import type { Call } from './call.ts';

const asked = (agentId: string, command: string, input: unknown): Asked => ({
  agentId,
  command,
  input,
  key: () => hash('sha256', command + JSON.stringify(input), 'hex').slice(0, 16),
});

/** Why an agent that goes round in a circle has to wait with this; undefined for everybody else. */
export function refuseLoop({ project, caller, declaration, parsed }: Call): Refusal | undefined {
  if (caller.kind !== 'agent' || project.loops.isQuiet) return undefined;
  return project.loops.check(asked(caller.agentId, declaration.name, parsed.input), performance.now());
}

/** A refusal is written nowhere; whoever comes again with the same is known by this alone. */
export function noteOutcome({ project, caller, declaration, parsed }: Call, settled: Settled): void {
  if (caller.kind !== 'agent' || (settled.ok && project.loops.isQuiet)) return;
  const what = asked(caller.agentId, declaration.name, parsed.input);
  if (settled.ok) project.loops.worked(what);
  else project.loops.refused(what, settled.error, performance.now());
}
