import type { AgentRecord } from '@signalbox/shared/records/agent';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideAssignments } from './assignment.ts';
import { plainAssignment } from './testing/plain-assignment.ts';
import { CAST, makeMove, moves, Tally } from './testing/random-play.ts';
import { HUB, Scene } from './testing/scene.ts';

const RUNS = Number(process.env.RUNS ?? 100);

const HISTORY: Record<string, Pick<AgentRecord, 'score' | 'points' | 'recentFolders'>> = {
  alice: { score: { value: 80, n: 10 }, points: 820, recentFolders: ['src', ''] },
  bob: { score: { value: 50, n: 6 }, points: 250, recentFolders: ['src'] },
  carol: { score: { value: null, n: 2 }, points: 200, recentFolders: [''] },
};
/** As if they had worked before; dave has nothing to show yet. */
const withHistory = (on: Scene): void => {
  on.decide(
    HUB,
    (draft) => {
      for (const agent of draft.all('agent')) draft.put({ ...agent, ...HISTORY[agent.id] });
      return {};
    },
    {},
  );
};

test('[AS5] the index gives what a look at every task and every agent gives', () => {
  let given = 0;
  fc.assert(
    fc.property(moves, (sequence) => {
      const made = new Scene();
      for (const id of CAST) made.agent(id, { capabilities: ['sql'], maxTasks: 2, instance: 'p1' });
      withHistory(made);
      for (const move of sequence) {
        makeMove(made, move, new Tally());
        const expected = plainAssignment(made.replica);
        const before = made.log.length;
        made.decide(HUB, decideAssignments, {});
        const changes = made.log.slice(before).flatMap((entry) => entry.changes);
        const assigned = changes.flatMap(({ after }) =>
          after?.kind === 'task' && after.assignee !== null ? [`${after.id} ${after.assignee}`] : [],
        );
        expect(assigned).toEqual(expected);
        given += assigned.length;
      }
    }),
    { numRuns: RUNS, seed: Number(process.env.SEED ?? 20_251_120) },
  );
  expect(given).toBeGreaterThan(RUNS < 100 ? 0 : 100);
});
