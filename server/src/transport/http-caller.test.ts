import { expect, test } from 'vitest';
import { guarded } from '../commands/run-decision.ts';
import { decideRegister } from '../domain/agents.ts';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { TestNode } from '../ledger/testing/test-node.ts';
import { memoryUnderTest } from '../ledger/testing/under-test.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import { refuseForged } from './http-caller.ts';

test('an agent that has registered on another node a moment ago is known here', async () => {
  const under = await memoryUnderTest();
  const elsewhere = await TestNode.open(under, 'elsewhere');
  const here = await TestNode.open(under, 'here', { loses: () => true });
  const registered = await elsewhere.ledger.execute({
    command: 'agent.register',
    caller: { kind: 'hub' },
    decide: guarded(decideRegister, {
      profile: { id: 'alice', role: 'developer', instance: 'x', accepts: 'none', heartbeatEveryMs: 60_000 },
      via: 'http',
    }),
  });
  if (!registered.ok) throw new Error(registered.error.message);
  const { connection } = registered.reply.agent;
  const project = { id: 'acme', ledger: here.ledger, presence: new Presence(new LiveTime()), loops: new LoopBreaker() };
  const refused = (claimed: number) => refuseForged(project, { agentId: 'alice', connection: claimed }, undefined);
  expect(await refused(connection)).toBeUndefined();
  expect(await refused(connection + 1)).toMatchObject({ refused: { code: 'BAD_INPUT' } });
  await Promise.all([here.ledger.close(), elsewhere.ledger.close()]);
});
