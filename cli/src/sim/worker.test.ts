import { describe, expect, test } from 'vitest';
import { memberOf } from './cast.ts';
import { jobOf } from './jobs.ts';
import type { SimSettings } from './settings.ts';
import type { Fault, Job, Step } from './steps.ts';
import { ServedWorld, taskOf } from './testing/served-world.ts';
import { Worker } from './worker.ts';

/** So slow that mishaps are as likely as they get. */
const SETTINGS: SimSettings = { agents: 4, rate: 0.2, seed: 1 };

/** The first seed, and number 1 of its fleet, that is as wished. */
function seedWhere(is: (settings: SimSettings) => boolean): SimSettings {
  for (let seed = 0; ; seed++) if (is({ ...SETTINGS, seed })) return { ...SETTINGS, seed };
}
const accepts = (settings: SimSettings) => memberOf(settings, 1).accepts;
const firstJob = (settings: SimSettings): Job => jobOf(settings, 1, 0);
const faultIn = ({ steps }: Job): Fault | undefined => steps.find((step) => step.do === 'fault');
const pushed = (is: (job: Job) => boolean) =>
  seedWhere((settings) => accepts(settings) === 'push' && is(firstJob(settings)));
const without =
  (...kinds: Step['do'][]) =>
  ({ steps }: Job) =>
    steps.every((step) => !kinds.includes(step.do));

const COMMANDS: Partial<Record<Step['do'], string>> = {
  claim: 'lock.claim',
  release: 'lock.release',
  progress: 'task.progress',
  checkpoint: 'checkpoint.save',
  message: 'message.send',
  complete: 'task.complete',
  fail: 'task.fail',
};
const commandsOf = ({ steps }: Job): (string | undefined)[] => steps.map((step) => COMMANDS[step.do]);

async function working(settings: SimSettings, options: ConstructorParameters<typeof ServedWorld>[0] = {}) {
  const served = new ServedWorld(options);
  const member = memberOf(settings, 1);
  const worker = new Worker(settings, 1, served.world);
  const starting = worker.start();
  await served.welcome(member);
  await starting;
  served.pace.start();
  return { served, worker, member };
}

describe('an agent that is given tasks', () => {
  test.each([10, 70, 300])('plays its script on them when answers take %i ms', async (answerAfterMs) => {
    const settings = pushed((job) => without('fault', 'ask', 'block', 'fail')(job) && job.steps.length > 6);
    const { served, worker } = await working(settings, { answerAfterMs });
    served.wire.socket.push('task.assigned', { task: taskOf('T-1') });
    await served.pass(10_000);
    expect(served.events).toEqual(['task.start', ...commandsOf(firstJob(settings))]);
    expect(worker.state).toBe('idle');
    served.wire.socket.push('task.assigned', { task: taskOf('T-2') });
    await served.pass(500);
    expect(worker.state).toBe('working');
    expect(served.thrown).toEqual([]);
  });

  test('does nothing without a turn, and nothing while a person has paused it', async () => {
    const { served } = await working(pushed(without('fault', 'ask')));
    served.wire.socket.push('directive', {
      directive: {
        kind: 'directive',
        id: 'D-1',
        rev: 3,
        action: 'pause',
        mode: 'steer',
        from: 'human:kim',
        expired: false,
      },
    });
    await served.pass(1_000);
    expect(served.events).toEqual(['directive.receipt', 'directive.receipt']);
    expect(served.sent.map(({ payload }) => payload.state)).toEqual(['read', 'acknowledged']);
    served.wire.socket.push('task.assigned', { task: taskOf('T-1') });
    await served.pass(3_000);
    expect(served.events.slice(2)).toEqual(['task.start']);
  });

  test('says what it waits for now and then, unless it has a task', async () => {
    const { served, worker } = await working(pushed(without('fault', 'ask')), { rate: 3 });
    expect([worker.say(), worker.say()]).toEqual([true, false]);
    const [, news] = served.wire.socket.all('agent.heartbeat');
    expect(news?.payload.activity).toMatchObject({ doing: expect.stringMatching(/^waiting for work/) });
    await served.pass(1_100);
    expect(worker.say()).toBe(true);
    served.wire.socket.push('task.assigned', { task: taskOf('T-1') });
    await served.pass(1_100);
    expect(worker.say()).toBe(false);
  });

  test('answers a message that asks for it, and no other', async () => {
    const { served } = await working(pushed(without('fault')));
    const message = {
      kind: 'message',
      id: 'M-1',
      rev: 1,
      from: 'sim-2',
      to: 'sim-1',
      recipients: ['sim-1'],
      type: 'finding',
    };
    served.wire.socket.push('inbox', {
      messages: [
        { ...message, thread: 'T-9', at: 0, body: 'Look.', data: { reply: 'On it.' }, bodies: { body: 'b' } },
        { ...message, id: 'M-2', at: 0, body: 'On it.', bodies: { body: 'b' } },
      ],
    });
    await served.pass(2_000);
    const replies = served.sent.filter(({ event }) => event === 'message.send').map(({ payload }) => payload);
    expect(replies).toMatchObject([{ to: 'sim-2', type: 'reply', body: 'On it.', replyTo: 'M-1', thread: 'T-9' }]);
    expect(served.events.filter((event) => event === 'message.ack').length).toBeGreaterThan(0);
  });
});

test('an agent that asks for tasks asks again while there are none, and completes what it gets', async () => {
  const settings = seedWhere(
    (one) => accepts(one) === 'pull' && without('fault', 'ask', 'block', 'fail')(firstJob(one)),
  );
  const { served } = await working(settings);
  await served.pass(1_000);
  expect(served.events).toEqual(['task.next']);
  served.special = ({ event }) => {
    const isSecond = event === 'task.next' && served.events.filter((one) => one === 'task.next').length === 2;
    return isSecond ? { task: taskOf('T-1', { status: 'in_progress' }) } : undefined;
  };
  await served.pass(30_000);
  const commands = commandsOf(firstJob(settings));
  expect(served.events.slice(1, 2 + commands.length)).toEqual(['task.next', ...commands]);
});

describe('mishaps', () => {
  const suffering = async (kind: Fault['kind']) => {
    const settings = pushed((job) => faultIn(job)?.kind === kind && without('ask')(job));
    const fault = faultIn(firstJob(settings));
    const made = await working(settings);
    made.served.wire.socket.push('task.assigned', { task: taskOf('T-1') });
    const instances = () =>
      made.served.wire.sockets.map(({ address }) => (address.auth.agent as { instance: string }).instance);
    return { ...made, awayMs: fault?.awayMs ?? 0, instances };
  };

  test('one that dies is gone without a word; later another process starts under its id', async () => {
    const { served, worker, member, awayMs, instances } = await suffering('death');
    await served.pass(3_000);
    expect([served.wire.socket.closed, worker.state]).toEqual([true, 'away']);
    expect(served.events).not.toContain('agent.leave');
    const before = served.sent.length;
    await served.pass(awayMs);
    expect(served.wire.sockets).toHaveLength(2);
    await served.welcome(member);
    expect([worker.state, served.sent.length]).toEqual(['idle', before]);
    expect(new Set(instances()).size).toBe(2);
  });

  test('one that leaves says so', async () => {
    const { served, worker, awayMs } = await suffering('leave');
    await served.pass(3_000);
    expect([served.events.at(-1), served.wire.socket.closed, worker.state]).toEqual(['agent.leave', true, 'away']);
    await served.pass(awayMs);
    expect(served.wire.sockets).toHaveLength(2);
  });

  test('one that is cut off comes back as the same process and goes on', async () => {
    const { served, worker, member, awayMs, instances } = await suffering('drop');
    await served.pass(3_000);
    expect(worker.state).toBe('away');
    await served.pass(awayMs + 5_000);
    await served.welcome(member);
    expect(served.wire.sockets).toHaveLength(2);
    expect([worker.state, new Set(instances()).size]).toEqual(['working', 1]);
    const before = served.sent.length;
    await served.pass(2_000);
    expect(served.sent.length).toBeGreaterThan(before);
  });

  test('one that stands still sends nothing, not even heartbeats, and stays connected', async () => {
    const { served, worker, awayMs } = await suffering('freeze');
    await served.pass(3_000);
    const count = (): number => served.wire.socket.sent.length;
    const before = count();
    await served.pass(awayMs - 3_000);
    expect([count(), worker.state]).toEqual([before, 'working']);
    await served.pass(5_000);
    expect(count()).toBeGreaterThan(before);
  });

  test('one that stands still when the simulation is over keeps nothing waiting', async () => {
    const { served, worker, awayMs } = await suffering('freeze');
    await served.pass(3_000);
    served.pace.stop();
    const ended = worker.end('over');
    // So long it tries to say that it leaves.
    await served.pass(3_500);
    await ended;
    expect(awayMs).toBeGreaterThan(6_500);
    expect(served.timers.pending).toBe(0);
  });

  test('nobody comes back when the simulation is over', async () => {
    const { served, worker, awayMs } = await suffering('death');
    await served.pass(3_000);
    await worker.end('over');
    await served.pass(awayMs + 1_000);
    expect(served.wire.sockets).toHaveLength(1);
  });
});

test('at the end it leaves, with its tasks going back in line and none of them failed', async () => {
  const { served, worker } = await working(pushed(without('fault', 'ask')));
  served.wire.socket.push('task.assigned', { task: taskOf('T-1') });
  await served.pass(300);
  served.pace.stop();
  const ended = worker.end('over');
  await served.pass(300);
  await ended;
  expect(served.events).not.toContain('task.fail');
  expect(served.sent.at(-1)).toMatchObject({ event: 'agent.leave', payload: { reason: 'over' } });
  expect(served.wire.socket.closed).toBe(true);
});

test.each([
  ['got none', 10],
  ['has no answer yet', 1_000],
])('one that asks for tasks and %s keeps nothing waiting at the end', async (_, answerAfterMs) => {
  const settings = seedWhere((one) => accepts(one) === 'pull');
  const { served, worker } = await working(settings, { answerAfterMs });
  await served.pass(500);
  expect(served.events).toEqual(['task.next']);
  served.pace.stop();
  const ended = worker.end('over');
  await served.pass(1_500);
  await ended;
  expect(served.timers.pending).toBe(0);
});
