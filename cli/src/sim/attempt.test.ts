import { SignalboxError } from '@signalbox/sdk/errors';
import { describe, expect, test } from 'vitest';
import { type Actor, Attempt } from './attempt.ts';
import { jobOf } from './jobs.ts';
import { Random } from './random.ts';
import type { SimSettings } from './settings.ts';
import type { Fault, Step } from './steps.ts';

const SETTINGS: SimSettings = { agents: 10, rate: 1, seed: 5 };
const TASK = { id: 'T-1', title: 'Add login', files: ['src/a.ts'], review: false, failures: 0, maxAttempts: 3 };

/** Plays a job against a hub whose answers take as long as `seed` says; what was done, in order, `turn` for each turn. */
async function play(
  steps: Step[],
  {
    seed = 1,
    task = TASK,
    refuse = () => false,
  }: Partial<{ seed: number; task: typeof TASK; refuse: (what: string) => boolean }> = {},
) {
  const random = new Random(seed);
  const end = new AbortController();
  const done: unknown[] = [];
  const answer = async (...what: unknown[]): Promise<void> => {
    done.push(what);
    for (let wait = random.int(0, 5); wait > 0; wait--) await Promise.resolve();
    if (refuse(String(what[0]))) throw new SignalboxError({ code: 'LOCK_HELD', message: 'No.' });
  };
  const actor: Actor = {
    turn: async () => {
      done.push('turn');
      for (let wait = random.int(0, 5); wait > 0; wait--) await Promise.resolve();
    },
    claim: async (paths) => {
      await answer('claim', paths);
      const release = () => answer('release', paths);
      return {
        lockId: 'L-1',
        fence: '1.1',
        paths,
        signal: end.signal,
        release,
        transfer: (to) => answer('transfer', to),
        [Symbol.asyncDispose]: release,
      };
    },
    send: async ({ to, type, body, thread, data }) => {
      await answer('send', { to, type, body, thread, data });
      return { ok: true, epoch: 1, seq: 1, messageId: 'M-1', recipients: [to] };
    },
    ask: async (body) => {
      await answer('ask', body);
      return { choice: 'Yes', by: 'hub', at: 0 };
    },
    suffer: async (fault: Fault) => {
      await answer('suffer', fault.kind);
      if (fault.kind === 'death' || fault.kind === 'leave')
        end.abort(new SignalboxError({ code: 'INVALID_STATE', message: 'The client was closed.' }));
    },
  };
  const work = {
    signal: end.signal,
    progress: (percent?: number) => answer('progress', percent),
    checkpoint: (data: unknown) => answer('checkpoint', data),
    complete: (result?: unknown) => answer('complete', result),
    fail: (reason: string) => answer('fail', reason),
    block: (reason: string) => answer('block', reason),
  };
  const result = await new Attempt({ actor, task, work, settings: SETTINGS }).play({ steps }).then(
    (value) => value ?? 'ended',
    () => 'gone',
  );
  return {
    done,
    turns: done.filter((what) => what === 'turn').length,
    acts: done.filter((what) => what !== 'turn'),
    result,
  };
}

const progress = (percent: number): Step => ({ do: 'progress', percent, activity: { doing: 'reading' } });
const complete: Step = { do: 'complete', result: { summary: 'Done.' } };

describe('an attempt', () => {
  test('does the same whatever the hub takes to answer', async () => {
    for (let number = 0; number < 200; number++) {
      const { steps } = jobOf(SETTINGS, 1, number);
      const first = await play(steps);
      expect((await play(steps, { seed: number + 2 })).done).toEqual(first.done);
      expect(first.acts.length).toBeGreaterThan(1);
    }
  });

  test('makes one change a turn', async () => {
    const { done } = await play([
      { do: 'claim', what: 'files of the task', mode: 'exclusive' },
      progress(50),
      { do: 'release', what: 'files of the task' },
      complete,
    ]);
    expect(done).toEqual([
      'turn',
      ['claim', ['src/a.ts']],
      'turn',
      ['progress', 50],
      'turn',
      ['release', ['src/a.ts']],
      'turn',
    ]);
  });

  test('goes on without what it is refused, and takes no turn to release it', async () => {
    const { done, result } = await play(
      [
        { do: 'claim', what: 'hot file', paths: ['package.json'], mode: 'exclusive' },
        { do: 'message', to: 'sim-2', type: 'finding', body: 'Look.', reply: undefined },
        { do: 'release', what: 'hot file' },
        complete,
      ],
      { refuse: (what) => what === 'claim' || what === 'send' },
    );
    expect(done.filter((what) => what === 'turn')).toHaveLength(3);
    expect(result).toEqual({ summary: 'Done.' });
  });

  test.each(['progress', 'checkpoint', 'fail'])('ends when the hub does not take its %s', async (what) => {
    const steps: Step[] = [
      progress(10),
      { do: 'checkpoint', note: 'half', data: { done: 1, of: 2 } },
      { do: 'fail', reason: 'no' },
    ];
    const { acts, result } = await play(steps, { refuse: (name) => name === what });
    expect([acts.at(-1), result]).toEqual([[what, expect.anything()], 'gone']);
  });

  test('ends with the agent, and with less than that goes on', async () => {
    const fault = (kind: Fault['kind']) => play([{ do: 'fault', kind, awayMs: 1 }, progress(50), complete]);
    for (const kind of ['death', 'leave'] as const)
      expect(await fault(kind)).toMatchObject({ acts: [['suffer', kind]], result: 'gone', turns: 0 });
    for (const kind of ['drop', 'freeze'] as const) expect((await fault(kind)).result).toEqual({ summary: 'Done.' });
  });

  test.each<[string, Step, Partial<typeof TASK>, unknown]>([
    ['is to be reviewed', complete, { review: true }, { chore: 'review', taskId: 'T-1' }],
    ['is blocked', { do: 'block', reason: 'no access' }, {}, { chore: 'unblock', taskId: 'T-1' }],
    ['has failed for good', { do: 'fail', reason: 'no' }, { failures: 2 }, { chore: 'retry', taskId: 'T-1' }],
  ])('leaves to the coordinator what %s, once it is so', async (_, step, fields, data) => {
    const { acts, result } = await play([step], { task: { ...TASK, ...fields } });
    expect(acts).toEqual([
      [step.do, expect.anything()],
      ['send', expect.objectContaining({ to: 'sim-coordinator', data, thread: 'T-1' })],
    ]);
    expect(result).toBe('ended');
  });

  test('leaves the completion to whoever gave the task, and a failure that is tried again to the hub', async () => {
    expect(await play([complete])).toMatchObject({ acts: [], result: { summary: 'Done.' } });
    expect((await play([{ do: 'fail', reason: 'no' }])).acts).toEqual([['fail', 'no']]);
  });
});
