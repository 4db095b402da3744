import { describe, expect, test } from 'vitest';
import { memberOf } from './cast.ts';
import { Coordinator } from './coordinator.ts';
import { planOf } from './plans.ts';
import type { SimSettings } from './settings.ts';
import { ServedWorld, taskOf } from './testing/served-world.ts';

const SETTINGS: SimSettings = { agents: 10, rate: 10, seed: 1 };

async function coordinating({ found = {}, rate = 10 }: { found?: Record<string, object>; rate?: number } = {}) {
  const served = new ServedWorld({ rate });
  let completed = 0;
  const coordinator = new Coordinator({ settings: SETTINGS, world: served.world, completed: () => completed });
  const starting = coordinator.start();
  await served.welcome(memberOf(SETTINGS, 0));
  served.special = ({ event, payload }) => (event === 'task.list' ? found[String(payload.status)] : undefined);
  await served.pass(200);
  await starting;
  served.pace.start();
  void coordinator.run();
  const complete = (count: number): void => {
    completed += count;
  };
  const tell = (chore: string, taskId: string): void => {
    const message = { kind: 'message', id: `M-${taskId.slice(2)}`, rev: 1, from: 'sim-1', to: 'sim-coordinator' };
    served.wire.socket.push('inbox', {
      messages: [
        {
          ...message,
          recipients: ['sim-coordinator'],
          type: chore,
          at: 0,
          body: 'x',
          data: { chore, taskId },
          bodies: { body: 'b' },
        },
      ],
    });
  };
  const made = () => served.sent.filter(({ event }) => event === 'task.createMany').map(({ payload }) => payload.tasks);
  return { served, coordinator, complete, tell, made };
}
const sizeOf = (number: number): number => planOf(SETTINGS, number).tasks.length;

describe('the coordinator', () => {
  test('makes its plans in order, as many as the workers need, and more when they are worked off', async () => {
    const { served, coordinator, complete, made } = await coordinating();
    await served.pass(5_000);
    const before = made().length;
    expect(made()).toEqual(Array.from({ length: before }, (_, number) => planOf(SETTINGS, number).tasks));
    // 2.5 for each of nine workers.
    expect(coordinator.created).toBeGreaterThanOrEqual(22);
    expect(coordinator.created - sizeOf(before - 1)).toBeLessThan(23);
    complete(sizeOf(0));
    await served.pass(2_000);
    expect(made().slice(before)).toEqual([planOf(SETTINGS, before).tasks]);
    expect(served.thrown).toEqual([]);
  });

  test('announces them', async () => {
    const { served } = await coordinating();
    await served.pass(1_000);
    const { announcement } = planOf(SETTINGS, 0);
    expect(served.sent.find(({ event }) => event === 'message.send')?.payload).toMatchObject({ ...announcement });
  });

  test('sends a plan again that the hub did not take', async () => {
    const { served, made } = await coordinating({ rate: 2 });
    while (made().length === 0) await served.timers.advance(10);
    served.sent.at(-1)?.refuse('QUOTA');
    await served.pass(2_000);
    expect(made().slice(0, 2)).toEqual([planOf(SETTINGS, 0).tasks, planOf(SETTINGS, 0).tasks]);
  });

  test('lets people see what is blocked, failed or to be reviewed before it settles it', async () => {
    const { served, tell } = await coordinating();
    await served.pass(3_000);
    tell('unblock', 'T-1');
    tell('retry', 'T-2');
    tell('review', 'T-3');
    tell('nonsense', 'T-4');
    await served.pass(7_000);
    const settled = () =>
      served.sent
        .filter(({ payload }) => payload.taskId !== undefined)
        .map(({ event, payload }) => [event, payload.taskId]);
    expect(settled()).toEqual([]);
    await served.pass(2_500);
    expect(settled()).toEqual([
      ['task.unblock', 'T-1'],
      ['task.retry', 'T-2'],
      [expect.stringMatching(/^task\.(accept|reject)$/), 'T-3'],
    ]);
  });

  test('goes on with what an earlier simulation left', async () => {
    const tasks = (...ids: string[]) => ({ tasks: ids.map((id) => taskOf(id)) });
    const many = tasks(...Array.from({ length: 30 }, (_, at) => `T-${at + 1}`));
    const { served, made } = await coordinating({
      found: { pending: many, blocked: tasks('T-41'), failed: tasks('T-42'), needs_review: tasks('T-43') },
    });
    await served.pass(12_000);
    expect(made()).toEqual([]);
    const settled = served.events.filter((event) => /unblock|retry|accept|reject/.test(event));
    expect(settled).toHaveLength(3);
  });
});
