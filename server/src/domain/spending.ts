import type { AgentRecord } from '@signalbox/shared/records/agent';
import { SPENDING } from './trouble.ts';
import type { Draft } from './view.ts';

type Usage = NonNullable<AgentRecord['usage']>;
const NOTHING: Usage = { tokensIn: 0, tokensOut: 0, costUsd: 0 };

/**
 * What all agents of the project have reported, of all their processes, also those long gone: a report is the total of
 * its process, so what it adds is what it has grown by. One that is smaller than the last is of a new process.
 */
export function spend(draft: Draft, before: Usage = NOTHING, now: Usage): void {
  const from = now.costUsd < before.costUsd || now.tokensIn < before.tokensIn ? NOTHING : before;
  const tokensIn = now.tokensIn - from.tokensIn;
  const tokensOut = Math.max(0, now.tokensOut - from.tokensOut);
  const costUsd = now.costUsd - from.costUsd;
  if (tokensIn + tokensOut + costUsd === 0) return;
  const sum = draft.get('spending', SPENDING) ?? NOTHING;
  draft.put({
    kind: 'spending',
    id: SPENDING,
    tokensIn: sum.tokensIn + tokensIn,
    tokensOut: sum.tokensOut + tokensOut,
    costUsd: sum.costUsd + costUsd,
  });
}
