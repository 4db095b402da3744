import { taskList } from '@signalbox/shared/commands/task-reads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { decideCreate } from '../domain/tasks.ts';
import { TestNode } from '../ledger/testing/test-node.ts';
import { memoryUnderTest } from '../ledger/testing/under-test.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import type { Call } from './call.ts';
import { type QueryServices, runQuery } from './query.ts';
import { guarded } from './run-decision.ts';

let here: TestNode;
let elsewhere: TestNode;

/** Two nodes; this one hears nothing of what the other writes. */
beforeEach(async () => {
  const under = await memoryUnderTest();
  elsewhere = await TestNode.open(under, 'elsewhere');
  here = await TestNode.open(under, 'here', { loses: () => true });
});
afterEach(async () => {
  await Promise.all([here.ledger.close(), elsewhere.ledger.close()]);
});

async function createElsewhere(): Promise<{ epoch: number; seq: number }> {
  const settled = await elsewhere.ledger.execute({
    command: 'task.create',
    caller: { kind: 'person', name: 'kim', role: 'operator' },
    decide: guarded(decideCreate, { title: 'Add login' }),
  });
  if (!settled.ok) throw new Error(settled.error.message);
  return { epoch: settled.epoch, seq: settled.seq };
}

function list({ seen, minSeq }: { seen?: Call['seen']; minSeq?: number }) {
  const project = { id: 'acme', ledger: here.ledger, presence: new Presence(new LiveTime()), loops: new LoopBreaker() };
  const call: Call = {
    declaration: taskList,
    project,
    address: 'acme',
    caller: { kind: 'person', name: 'kim', role: 'viewer' },
    parsed: { input: { limit: 100, ...(minSeq !== undefined && { minSeq }) } } as Call['parsed'],
    via: 'http',
    tokenId: undefined,
    onlyAgent: undefined,
    onlyProject: undefined,
    seen,
  };
  return runQuery(call, { hub: project } as unknown as QueryServices);
}

test('who asks for nothing newer is answered from the copy there is', async () => {
  await createElsewhere();
  expect(await list({})).toMatchObject({ ok: true, seq: 0, tasks: [] });
});

test('what a caller has seen on another node is read from the store first', async () => {
  const seen = await createElsewhere();
  expect(await list({ seen })).toMatchObject({ ok: true, seq: 1, tasks: [{ id: 'T-1' }] });
  await createElsewhere();
  expect(await list({ minSeq: 2 })).toMatchObject({ ok: true, seq: 2, tasks: [{ id: 'T-1' }, { id: 'T-2' }] });
});

test('what was never written is refused, not waited for', async () => {
  const { epoch } = await createElsewhere();
  for (const asked of [{ minSeq: 2 }, { seen: { epoch, seq: 2 } }, { seen: { epoch: epoch + 1, seq: 0 } }])
    expect(await list(asked)).toMatchObject({
      ok: false,
      error: { code: 'INVALID_STATE', details: { epoch, seq: 1 } },
    });
});

test('what was seen in an older epoch is in this one, or lost', async () => {
  const { epoch } = await createElsewhere();
  expect(await list({ seen: { epoch: epoch - 1, seq: 99 } })).toMatchObject({ ok: true });
});
