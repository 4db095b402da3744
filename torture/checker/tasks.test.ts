import { expect, test } from 'vitest';
import { Script, taskOf } from '../testing/script.ts';
import { checkTasks } from './tasks.ts';

const texts = (script: Script) => checkTasks(script.history()).map(({ text }) => text);
const next = (by: string, at: [number, number]) => ({ by, command: 'task.next', at });

test('one attempt, given twice', () => {
  const script = new Script();
  script.ok(next('ann', [1, 2]), { task: taskOf('ann', 1) });
  script.ok(next('bob', [3, 4]), { task: taskOf('bob', 2) });
  expect(texts(script)).toEqual([]);
  script.push('bob', 'task.assigned', { task: taskOf('bob', 1) }, 5);
  expect(texts(script)).toEqual([
    'attempt 1 of T-1 was given to ann (by task.next at 0.002 s) and to bob (by a push at 0.005 s)',
  ]);
});

test('told to its agent again it is the same', () => {
  const script = new Script().tx({ puts: [taskOf('ann', 1)] });
  script
    .push('ann', 'task.assigned', { task: taskOf('ann', 1) }, 5)
    .push('ann', 'task.assigned', { task: taskOf('ann', 1) }, 9);
  expect(texts(script)).toEqual([]);
});

test('started before what it depends on is completed; in the same transaction it is not before', () => {
  const first = (status: string) => taskOf(status === 'pending' ? null : 'bob', 1, { id: 'T-0', status });
  const second = taskOf('ann', 1, { dependencies: ['T-0'] });
  expect(texts(new Script().tx({ puts: [first('pending')] }).tx({ puts: [second] }))).toEqual([
    'seq 2 of epoch 1 (tick): T-1 is started by ann while T-0, which it depends on, is pending',
  ]);
  expect(texts(new Script().tx({ puts: [first('in_progress')] }).tx({ puts: [first('completed'), second] }))).toEqual(
    [],
  );
});

test('completed is the end of it, unless it is retried', () => {
  const done = taskOf('ann', 1, { status: 'completed' });
  const completed = () => new Script().tx({ command: 'task.complete', puts: [done] });
  expect(texts(completed().tx({ command: 'task.update', puts: [done] }))).toEqual([]);
  expect(texts(completed().tx({ command: 'task.retry', puts: [taskOf(null, 1, { status: 'pending' })] }))).toEqual([]);
  expect(texts(completed().tx({ puts: [taskOf('bob', 2)] }))).toEqual([
    expect.stringContaining('was completed and is in_progress again'),
  ]);
  expect(texts(completed().tx({ command: 'task.complete', puts: [done] }))).toEqual([
    expect.stringContaining('completed a second time'),
  ]);
});

test('an attempt that falls', () => {
  expect(texts(new Script().tx({ puts: [taskOf('ann', 2)] }).tx({ puts: [taskOf('ann', 1)] }))).toContainEqual(
    expect.stringContaining('goes back from attempt 2 to 1'),
  );
});

test('an acknowledged completion is in the log, and is the last attempt', () => {
  const done = taskOf('ann', 1, { status: 'completed' });
  const complete = {
    by: 'ann',
    command: 'task.complete',
    input: { taskId: 'T-1', attempt: 1 },
    at: [1, 2] as [number, number],
  };
  const missing = new Script().tx({});
  missing.ok(complete, { task: done });
  expect(texts(missing)).toEqual([expect.stringContaining('and the log does not have that')]);
  const again = new Script();
  again.ok(complete, { task: done }, { puts: [done] });
  expect(texts(again)).toEqual([]);
  again.tx({ command: 'task.retry', puts: [taskOf('bob', 2)] });
  expect(texts(again)).toEqual([expect.stringContaining('and the log goes on to attempt 2')]);
});
