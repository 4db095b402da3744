import type { CommandOutput, ParsedInput } from '@signalbox/shared/commands';
import type { Health } from '@signalbox/shared/commands/health';
import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import type { Replica } from '../ledger/replica.ts';
import type { Project } from '../project.ts';
import { type Answer, type Call, failed } from './call.ts';
import { QUERIES, type QueryContext, type ReadCommand } from './queries.ts';

/** Readers of the ledger that queries ask. */
export interface QueryServices {
  hub: Project;
  health(project: Project, records: Replica): Health;
  metrics(project: Project, input: ParsedInput<'metrics.query'>): CommandOutput<'metrics.query'>;
}

/** Answers a reading command from the node's copy, which is at least as new as the caller has seen. */
export function runQuery(call: Call, services: QueryServices): Promise<Answer> | Answer {
  const { project, declaration, caller, seen } = call;
  const ofHub = declaration.scope === 'hub';
  const { ledger } = ofHub ? services.hub : project;
  const { minSeq = 0, ...input } = call.parsed.input as { minSeq?: number };
  const needed = Math.max(minSeq, !ofHub && seen?.epoch === ledger.epoch ? seen.seq : 0);
  if (needed > ledger.seq)
    return failed(
      refuse('INVALID_STATE', `The ledger is at ${ledger.seq}; nothing newer has been written.`, {
        details: { seq: ledger.seq },
      }),
    );
  return ledger.read((view) => {
    const query = QUERIES[declaration.name as ReadCommand] as (
      input: unknown,
      context: QueryContext,
    ) => Record<string, unknown> | Refusal;
    const output = query(input, {
      view,
      project: call.address,
      clock: ledger.now(),
      agentId: caller.kind === 'agent' ? caller.agentId : undefined,
      onlyProject: call.onlyProject,
      health: () => services.health(project, view),
      metrics: (asked) => services.metrics(project, asked),
    });
    return isRefusal(output) ? failed(output) : { ok: true, epoch: ledger.epoch, seq: ledger.seq, ...output };
  });
}
