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
  history(project: Project, input: ParsedInput<'history.list'>): Promise<CommandOutput<'history.list'> | Refusal>;
}

type Output = Record<string, unknown> | Refusal;
type Found = Output | Promise<Output>;

/** Answers a reading command from the node's copy, which is at least as new as the caller has seen. */
export async function runQuery(call: Call, services: QueryServices): Promise<Answer> {
  const { project, declaration, caller, seen } = call;
  const ofHub = declaration.scope === 'hub';
  const { ledger } = ofHub ? services.hub : project;
  const { minSeq, ...input } = call.parsed.input as { minSeq?: number };
  // What another node has answered may be newer than this one's copy.
  const reached =
    (minSeq === undefined || (await ledger.reach({ epoch: ledger.epoch, seq: minSeq }))) &&
    (seen === undefined || ofHub || (await ledger.reach(seen)));
  if (!reached)
    return failed(
      refuse('INVALID_STATE', `The ledger is at ${ledger.epoch}.${ledger.seq}; nothing newer has been written.`, {
        details: { epoch: ledger.epoch, seq: ledger.seq },
      }),
    );
  const { epoch, seq, found } = await ledger.read((view) => {
    const query = QUERIES[declaration.name as ReadCommand] as (input: unknown, context: QueryContext) => Found;
    const context: QueryContext = {
      view,
      project: call.address,
      clock: ledger.now(),
      at: Date.now(),
      agentId: caller.kind === 'agent' ? caller.agentId : undefined,
      onlyProject: call.onlyProject,
      health: () => services.health(project, view),
      metrics: (asked) => services.metrics(project, asked),
      history: (asked) => services.history(project, asked),
    };
    return { epoch: ledger.epoch, seq: ledger.seq, found: query(input, context) };
  });
  const output = await found;
  return isRefusal(output) ? failed(output) : { ok: true, epoch, seq, ...output };
}
