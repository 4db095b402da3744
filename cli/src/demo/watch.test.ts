import { FeedConnection } from '@signalbox/sdk/feed-connection';
import { ManualTimers } from '@signalbox/sdk/testing/manual-timers';
import { HandMadeWire } from '@signalbox/sdk/testing/wire';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { expect, test } from 'vitest';
import { taskOf } from '../sim/testing/served-world.ts';
import { type Ending, watch } from './watch.ts';

/** What a demo takes for its end when the project has this task and then that. */
async function endingsOf(...changes: Partial<TaskRecord>[]): Promise<Ending[]> {
  const wire = new HandMadeWire();
  const timers = new ManualTimers();
  const feed = new FeedConnection(
    { url: 'http://hub', token: 't', project: 'demo' },
    { openSocket: wire.open, timers },
  );
  const endings: Ending[] = [];
  watch({
    feed,
    project: 'demo',
    print: () => undefined,
    onTask: () => undefined,
    onEnd: (ending) => endings.push(ending),
  });
  const [first, ...later] = changes.map((fields, at) => taskOf('T-1', { rev: 5 + at, ...fields }));
  wire.socket.handlers.opened();
  const you = { name: 'Kim', role: 'admin' };
  wire.socket.last('subscribe').answer({ mode: 'snapshot', you, durability: 'always', epoch: 1, seq: 5 });
  await timers.advance(0);
  wire.socket.push('snapshot', { epoch: 1, seq: 5, clock: 0, part: 0, of: 1, records: [first] });
  for (const task of later)
    wire.socket.push('diff', {
      epoch: 1,
      from: task.rev,
      to: task.rev,
      clock: 0,
      at: 0,
      puts: [task],
      removes: [],
      causedBy: [],
    });
  feed.close();
  return endings;
}

test.each(['plan', 'summary'])('a %s that a person cancels is the end: nobody makes another', async (type) => {
  const cancelled = { type, title: 'Write it', status: 'cancelled', reason: 'Enough.' } as const;
  expect(await endingsOf({ type, status: 'in_progress' }, cancelled)).toEqual([
    { ok: false, why: 'T-1 Write it is cancelled: Enough.' },
  ]);
});

test.each([
  [{ type: 'summary', status: 'completed' }, [{ ok: true }]],
  [{ type: 'imports', status: 'failed', reason: 'Torn.' }, [{ ok: false, why: 'T-1 Add login is failed: Torn.' }]],
  [{ type: 'report', status: 'blocked' }, [{ ok: false, why: 'T-1 Add login is blocked: no reason given' }]],
  [{ type: 'plan', status: 'completed' }, []],
  // Whatever cannot be done without it is blocked, and that is the end.
  [{ type: 'imports', status: 'cancelled' }, []],
] as const)('%j ends it with %j', async (change, endings) => {
  expect(await endingsOf({ type: change.type, status: 'in_progress' }, change)).toEqual(endings);
});
