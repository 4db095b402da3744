import type { CommandInput } from '@signalbox/shared/commands';
import type { AgentProfile } from '@signalbox/shared/records/agent';
import { describe, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

type Fields = Partial<CommandInput<'task.create'>>;

function scene(agents: Record<string, Partial<AgentProfile>>, tasks: Fields[] = []): Scene {
  const made = new Scene();
  for (const [id, profile] of Object.entries(agents)) made.agent(id, profile);
  create(made, tasks);
  return made;
}
function create(on: Scene, tasks: Fields[]): void {
  for (const fields of tasks) on.as('human:kim').call('task.create', { title: 'Some work', ...fields });
}

describe('asking for work', () => {
  const next = (on: Scene, id: string) => on.as(id).call('task.next', {}).task?.id;

  test('[AS4] takes the most important it can do whose files nobody else has locked', () => {
    const made = scene({ alice: { accepts: 'pull' }, bob: { accepts: 'pull' } });
    made.as('bob').call('lock.claim', { paths: ['src/'] });
    create(made, [
      { requires: ['rust'], priority: 1 },
      { files: ['src/a.ts'], priority: 2 },
      { priority: 4 },
      { priority: 3 },
    ]);
    expect([next(made, 'alice'), next(made, 'bob')]).toEqual(['T-4', 'T-2']);
  });

  test('[AS4] prefers what does not overlap with work under way, but takes it before nothing', () => {
    const made = scene({ alice: { accepts: 'pull' }, bob: { accepts: 'pull', maxTasks: 2 } }, [
      { files: ['src/'] },
      { files: ['src/a.ts'], priority: 2 },
      { files: ['docs/'] },
    ]);
    made.as('human:kim').call('task.assign', { taskId: 'T-1', agentId: 'alice' });
    expect([next(made, 'bob'), next(made, 'bob'), next(made, 'bob')]).toEqual(['T-3', 'T-2', undefined]);
  });

  test('[AS4] finds it behind however many it cannot do', () => {
    const made = scene({ alice: { accepts: 'pull' } });
    made.as('human:kim').call('task.createMany', {
      tasks: Array.from({ length: 600 }, () => ({ title: 'Rust', requires: ['rust'] })),
    });
    create(made, [{ priority: 4 }]);
    expect(next(made, 'alice')).toBe('T-601');
  });

  test.each([
    ['the tasks first', 600, 3],
    ['the lock first', 1_600, 5],
  ] as const)('[AS10] finds it behind however many are locked, asking again: %s', (first, locked, asks) => {
    const made = scene({ alice: { accepts: 'pull' }, bob: { accepts: 'none' } });
    const claim = () => made.as('bob').call('lock.claim', { paths: ['src/'] });
    const plan = (count: number) => {
      const tasks = Array.from({ length: count }, () => ({ title: 'Work', files: ['src/a.ts'] }));
      made.as('human:kim').call('task.createMany', { tasks });
    };
    if (first === 'the lock first') claim();
    for (let left = locked; left > 0; left -= 800) plan(Math.min(left, 800));
    made.settle();
    if (first === 'the tasks first') claim();
    create(made, [{ files: ['docs/'] }]);
    made.settle();
    const got: (string | undefined)[] = [];
    while (got.at(-1) === undefined && got.length < asks) {
      got.push(next(made, 'alice'));
      made.settle();
    }
    expect(got.at(-1)).toBe(`T-${locked + 1}`);
    expect(made.task(`T-${got.length * 250}`).waiting).toEqual({ code: 'LOCK', on: 'L-1' });
  });

  test('[AS10] what is passed by says so once, and of a lock that is not the asking agent’s', () => {
    const made = scene({ alice: { accepts: 'pull', maxTasks: 9 }, bob: { accepts: 'pull' } });
    made.as('alice').call('lock.claim', { paths: ['src/'] });
    made.as('bob').call('lock.claim', { paths: ['docs/'] });
    create(made, [{ files: ['src/a.ts', 'docs/a.md'] }]);
    expect(next(made, 'alice')).toBeUndefined();
    expect(made.task('T-1').waiting).toEqual({ code: 'LOCK', on: 'L-2' });
    const before = made.seq;
    for (const id of ['alice', 'bob', 'alice']) {
      expect(next(made, id)).toBeUndefined();
      made.settle();
    }
    expect(made.seq).toBe(before);
  });

  test('[AS4] needs no presence: whoever asks is there', () => {
    const made = scene({ alice: { accepts: 'pull' } }, [{}]);
    made.presence('alice', 'late');
    expect(next(made, 'alice')).toBe('T-1');
  });
});
