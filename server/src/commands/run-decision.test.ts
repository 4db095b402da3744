import { refuse } from '@signalbox/shared/errors';
import { expect, test } from 'vitest';
import type { Decision } from '../domain/decision.ts';
import { Scene } from '../domain/testing/scene.ts';

const countUp: Decision<{ by: number }, { last: number }> = (draft, { by }) => ({
  last: draft.put({ kind: 'counter', id: 'T', last: (draft.get('counter', 'T')?.last ?? 0) + by }).last,
});

test('[AG4] the connection is checked before anything else, for agents and nobody else', () => {
  const made = new Scene();
  const { connection } = made.agent('alice');
  expect(made.decide({ kind: 'agent', agentId: 'alice', connection }, countUp, { by: 1 })).toEqual({ last: 1 });
  expect(
    made.decide({ kind: 'agent', agentId: 'alice', connection: connection - 1 }, countUp, { by: 1 }),
  ).toMatchObject({
    refused: { code: 'SUPERSEDED', details: { connection } },
  });
  expect(made.decide({ kind: 'person', name: 'kim', role: 'viewer' }, countUp, { by: 1 })).toEqual({ last: 2 });
});

test('[AG5] the agents concerned are brought up to date, whatever the decision did', () => {
  const made = new Scene();
  made.agent('alice');
  made.as('human:kim').call('task.create', { title: 'Add login' });
  made.decide(
    { kind: 'hub' },
    (draft) => {
      const task = draft.get('task', 'T-1');
      if (task !== undefined) draft.put({ ...task, status: 'in_progress', assignee: 'alice' });
      return {};
    },
    {},
  );
  expect(made.need('agent', 'alice')).toMatchObject({ state: 'working', taskIds: ['T-1'], stateAt: made.at });
});

test('a refusal changes nothing, not even an agent', () => {
  const made = new Scene();
  made.agent('alice');
  const before = made.seq;
  made.decide(
    { kind: 'hub' },
    (draft) => {
      const agent = draft.get('agent', 'alice');
      if (agent !== undefined) draft.put({ ...agent, paused: true });
      return refuse('CONFLICT', 'no');
    },
    {},
  );
  expect([made.seq, made.need('agent', 'alice').state]).toEqual([before, 'idle']);
});
