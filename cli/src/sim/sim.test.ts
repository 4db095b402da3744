import { describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import { fakeHub, terminal } from '../testing/fake-hub.ts';
import { DEFAULTS, readOptions } from './options.ts';
import { linesOf } from './report.ts';

const ok = (fields: object = {}) => ({ body: { ok: true, epoch: 1, seq: 2, ...fields } });
const refused = (code: string, message: string, retry?: object) => ({
  status: 409,
  body: { ok: false, error: { code, message, ...(retry === undefined ? {} : { retry }) } },
});
// The project of the environment is the one of somebody's real work: it is not taken.
const envOf = (url: string) => ({ SIGNALBOX_URL: url, SIGNALBOX_TOKEN: 'secret', SIGNALBOX_PROJECT: 'acme' });
const commandsOf = (calls: { path: string; input: unknown }[]) =>
  calls.map(({ path, input }) => [path.slice('/api/v1/projects/'.length), input]);

describe('the options', () => {
  test('give an agent something to do every ten seconds unless a rate is given', () => {
    expect(readOptions({ ...DEFAULTS }).settings).toEqual({ agents: 25, rate: 2.5, seed: 1 });
    expect(readOptions({ ...DEFAULTS, agents: '5000', rate: '0.5', seed: '7', seconds: '1.5' })).toEqual({
      settings: { agents: 5_000, rate: 0.5, seed: 7 },
      seconds: 1.5,
    });
  });

  test.each([
    [['--agents', '1'], '--agents is a number from 2 to 5000, not "1".'],
    [['--agents', '5001'], '--agents is a number from 2 to 5000, not "5001".'],
    [['--agents', '2.5'], '--agents is a whole number, not "2.5".'],
    [['--agents', ''], '--agents is a number from 2 to 5000, not "".'],
    [['--rate', '0'], '--rate is a number from 0.01 to 50000, not "0".'],
    [['--rate', 'fast'], '--rate is a number from 0.01 to 50000, not "fast".'],
    [['--seed', '-1'], '--seed is a number from 0 to 4294967295, not "-1".'],
    [['--seconds', '0'], '--seconds is a number from 1 to 2592000, not "0".'],
  ])('%j is refused without asking the hub', async (options, sentence) => {
    const { io, err } = terminal({ HOME: '/nowhere' });
    expect(await main(['sim', ...options], io)).toBe(1);
    expect(err).toEqual([sentence]);
  });
});

describe('the project', () => {
  test('is one of its own, and never a real one', async () => {
    await using hub = await fakeHub(() => ok({ project: { kind: 'project', id: 'web', name: 'Web' } }));
    const { io, err } = terminal(envOf(hub.url));
    expect(await main(['sim', '--project', 'web'], io)).toBe(1);
    expect(commandsOf(hub.calls)).toEqual([['web/project.get', {}]]);
    expect(err).toEqual([
      'web is a real project, and made-up agents would spoil its numbers. Simulate in one of its own: signalbox sim --project sim',
    ]);
  });

  test('is made as a simulated one when it is not there, or an admin is asked to', async () => {
    await using hub = await fakeHub((path) =>
      path.endsWith('project.get') ? refused('NOT_FOUND', 'No.') : refused('FORBIDDEN', 'No.'),
    );
    const { io, err } = terminal(envOf(hub.url));
    expect(await main(['sim'], io)).toBe(1);
    expect(commandsOf(hub.calls)).toEqual([
      ['sim/project.get', {}],
      ['sim/project.create', { id: 'sim', name: 'Simulated fleet', simulated: true }],
    ]);
    expect(err.join('')).toMatch(/ask an admin .* signalbox project create --id sim --simulated$/);
  });

  test('is made as soon as an older one of its name is gone', async () => {
    let tries = 0;
    await using hub = await fakeHub((path) => {
      if (path.endsWith('project.get')) return refused('NOT_FOUND', 'No.');
      return ++tries < 3
        ? refused('INVALID_STATE', 'The old sim is still being removed.', { afterMs: 1 })
        : refused('QUOTA', 'There are too many projects.');
    });
    const { io, err } = terminal(envOf(hub.url));
    expect(await main(['sim'], io)).toBe(1);
    expect([tries, err]).toEqual([3, ['There are too many projects.']]);
  });

  test.each([
    [['sim', '--remove'], 'sim'],
    [['sim', '--remove', '--project', 'load'], 'load'],
  ])('%j removes it and does nothing else', async (line, project) => {
    await using hub = await fakeHub(() => ok({ project: { id: project } }));
    const { io, out } = terminal(envOf(hub.url));
    expect(await main(line, io)).toBe(0);
    expect(commandsOf(hub.calls)).toEqual([[`${project}/project.remove`, {}]]);
    expect(out).toEqual([`${project} is removed, with its made-up agents, their tasks and their numbers.`]);
  });

  test('that is not there cannot be removed, and a real one is the hub’s to refuse', async () => {
    const { io, err } = terminal({});
    for (const answer of [refused('NOT_FOUND', 'No.'), refused('INVALID_STATE', 'acme is a real project.')]) {
      await using hub = await fakeHub(() => answer);
      expect(await main(['sim', '--remove'], { ...io, env: envOf(hub.url) })).toBe(1);
    }
    expect(err).toEqual(['There is no simulated project sim; nothing to remove.', 'acme is a real project.']);
  });
});

test.each([
  [{}, ['Offered   10.0/s (100 changes)', 'Achieved  9.5/s (95 acknowledged)', 'Refused   none']],
  [
    {
      missed: 5,
      unanswered: 2,
      refusals: new Map([
        ['LOCK_HELD', 3],
        ['DEADLOCK', 1],
      ]),
    },
    [
      'Offered   10.0/s (100 changes; for 5 no agent was free)',
      'Acks      p50 1.2 ms, p99 8.0 ms of 120, 2 unanswered',
      'Refused   1 DEADLOCK, 3 LOCK_HELD',
    ],
  ],
  [{ acks: 0, p50Ms: undefined, p99Ms: undefined, seconds: 0 }, ['Acks      p50 —, p99 — of 0']],
])('the summary says what was offered and what became of it: %j', (fields, lines) => {
  const report = {
    settings: { agents: 25, rate: 10, seed: 7 },
    project: 'sim',
    seconds: 10,
    offered: 100,
    missed: 0,
    changes: 95,
    tasks: { created: 20, completed: 4 },
    acks: 120,
    p50Ms: 1.21,
    p99Ms: 8.04,
    unanswered: 0,
    refusals: new Map<string, number>(),
    ...fields,
  };
  expect(linesOf(report)).toEqual(expect.arrayContaining(lines));
  expect(linesOf(report)[0]).toMatch(/^Simulated 25 agents in sim for .* s, seed 7$/);
});
