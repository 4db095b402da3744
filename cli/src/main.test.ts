import { COMMANDS } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { main } from './main.ts';
import { fakeHub, terminal } from './testing/fake-hub.ts';

const ok = (fields: object = {}) => ({ body: { ok: true, epoch: 1, seq: 2, ...fields } });
const refused = (code: string, message: string) => ({ status: 409, body: { ok: false, error: { code, message } } });
const envOf = (url: string) => ({ SIGNALBOX_URL: url, SIGNALBOX_TOKEN: 'secret', SIGNALBOX_PROJECT: 'acme' });

describe('generated commands', () => {
  test('there is one for every declaration', async () => {
    for (const { name, summary } of COMMANDS) {
      const { io, out } = terminal({});
      expect(await main([...name.split('.'), '--help'], io)).toBe(0);
      expect(out.join('\n').replace(/\s+/g, ' ')).toContain(summary.slice(0, 40).replace(/\s+/g, ' '));
    }
  });

  test.each([
    ['lock transfer', ['the fence of the lock', 'lock.list', '--lockId L-1 --fence 1750000000.7 --to bob']],
    ['lock release', ['the fence of the lock', 'People take a lock away with `lock.forceRelease` and a reason']],
    ['lock forceRelease', ["--reason 'alice is stuck'"]],
    [
      'project update',
      ['finishedTasksMs', 'null for no limit', `--retention '{"finishedTasksMs":86400000}' --budgetUsd 50`],
    ],
  ])('the help of %s says what the options are for, with an example', async (line, parts) => {
    const { io, out } = terminal({});
    await main([...line.split(' '), '--help'], io);
    for (const part of parts) expect(out.join('\n').replace(/\s+/g, ' ')).toContain(part);
  });

  test('every example of a help is a line that the CLI takes', async () => {
    await using hub = await fakeHub(() => ok());
    for (const declaration of COMMANDS.filter(({ name }) => name !== 'project.export')) {
      const { io, out } = terminal({});
      await main([...declaration.name.split('.'), '--help'], io);
      const line = out.join('\n').split('Example:')[1] ?? '';
      const words = [...line.matchAll(/'((?:[^']|'\\'')*)'|[^\s']+/g)].map(
        ([word, quoted]) => quoted?.replaceAll(`'\\''`, "'") ?? word,
      );
      const terminals = terminal(envOf(hub.url));
      expect(await main(words.slice(1), terminals.io), `${line} ${terminals.err.join()}`).toBe(0);
    }
  });

  test('send what was written to the command’s address, with the token', async () => {
    await using hub = await fakeHub(() => ok({ task: { id: 'T-1', title: 'Add login', kind: 'task', rev: 2 } }));
    const { io, out } = terminal(envOf(hub.url));
    expect(
      await main(['task', 'create', '--title', 'Add login', '--priority', '2', '--files', 'src/', 'a.md'], io),
    ).toBe(0);
    expect(hub.calls).toMatchObject([
      {
        path: '/api/v1/projects/acme/task.create',
        input: { title: 'Add login', priority: 2, files: ['src/', 'a.md'] },
        headers: { authorization: 'Bearer secret' },
      },
    ]);
    expect(out).toEqual(['task:\n  id: T-1\n  title: Add login']);
  });

  test('act as an agent with its connection', async () => {
    await using hub = await fakeHub(() => ok());
    const { io, out } = terminal(envOf(hub.url));
    expect(
      await main(['lock', 'release', '--lockId', 'L-1', '--fence', '1.2', '--as', 'alice', '--connection', '7'], io),
    ).toBe(0);
    expect(hub.calls[0]?.headers).toMatchObject({ 'signalbox-agent': 'alice', 'signalbox-connection': '7' });
    expect(out).toEqual(['done']);
  });

  test('--as without a connection is refused here: the owner of the token would act instead', async () => {
    await using hub = await fakeHub(() => ok());
    const { io, err } = terminal(envOf(hub.url));
    const line = ['message', 'send', '--to', 'all', '--type', 'note', '--body', 'hi'];
    expect(await main([...line, '--as', 'alice'], io)).toBe(1);
    expect([hub.calls, err]).toEqual([[], [expect.stringMatching(/^--as alice needs --connection/)]]);
  });

  test('a connection alone goes along: the token may be of one agent', async () => {
    await using hub = await fakeHub(() => ok());
    const { io } = terminal(envOf(hub.url));
    expect(await main(['task', 'next', '--connection', '7'], io)).toBe(0);
    expect(hub.calls[0]?.headers).toHaveProperty('signalbox-connection', '7');
    expect(hub.calls[0]?.headers).not.toHaveProperty('signalbox-agent');
  });

  test('SIGNALBOX_AGENT alone, as the SDK wants it, makes nobody an agent here', async () => {
    await using hub = await fakeHub(() => ok());
    const { io } = terminal({ ...envOf(hub.url), SIGNALBOX_AGENT: 'alice', SIGNALBOX_CONNECTION: '' });
    expect(await main(['task', 'next'], io)).toBe(0);
    expect(hub.calls[0]?.headers).not.toHaveProperty('signalbox-agent');
    expect(hub.calls[0]?.headers).not.toHaveProperty('signalbox-connection');
  });

  test('--json prints the answer as it came', async () => {
    await using hub = await fakeHub(() => ok({ agents: [] }));
    const { io, out } = terminal(envOf(hub.url));
    await main(['agent', 'list', '--json'], io);
    expect(JSON.parse(out.join(''))).toEqual({ ok: true, epoch: 1, seq: 2, agents: [] });
  });

  test('a refusal is one sentence and an exit code', async () => {
    await using hub = await fakeHub(() => refused('QUOTA', 'There are too many tasks.'));
    const { io, out, err } = terminal(envOf(hub.url));
    expect(await main(['task', 'create', '--title', 'x'], io)).toBe(1);
    expect([out, err]).toEqual([[], ['There are too many tasks.']]);
  });

  test.each([
    [['task', 'create'], '--title is missing; see: signalbox task create --help'],
    [['task', 'create', '--title', 'x', '--priority', '9'], '--priority cannot be 9: it takes 1 to 4.'],
    [['token', 'create', '--role', 'king'], '--role cannot be "king": it takes admin | operator | viewer | agent.'],
    [['task', 'get', '--taskId', '12'], '--taskId cannot be "12": looks like T-12.'],
  ])('%j is refused by the name of the option, without asking the hub', async (line, sentence) => {
    const { io, err } = terminal({ HOME: '/nowhere' });
    expect(await main(line, io)).toBe(1);
    expect(err).toEqual([sentence]);
  });

  test('an option that is none is one sentence and an exit code', async () => {
    const { io, err } = terminal({});
    expect(await main(['task', 'create', '--titel', 'x'], io)).not.toBe(0);
    expect(err.join(' ')).toContain('--titel');
  });

  test('hub-wide commands stand in no project', async () => {
    await using hub = await fakeHub(() => ok());
    const { io } = terminal(envOf(hub.url));
    await main(['token', 'create', '--role', 'agent', '--project', 'other'], io);
    await main(['project', 'create', '--id', 'new-one'], io);
    await main(['project', 'get'], io);
    await main(['project', 'remove', '--projectId', 'sim'], io);
    expect(hub.calls.map(({ path, input }) => [path, input])).toEqual([
      ['/api/v1/projects/_hub/token.create', { role: 'agent', project: 'other' }],
      ['/api/v1/projects/new-one/project.create', { id: 'new-one' }],
      ['/api/v1/projects/acme/project.get', {}],
      ['/api/v1/projects/sim/project.remove', { projectId: 'sim' }],
    ]);
  });
});

describe('the project of the folder', () => {
  const firstUse = () => {
    let exists = false;
    return (path: string) => {
      if (path.endsWith('project.create')) {
        exists = true;
        return ok();
      }
      return exists ? ok({ agents: [] }) : refused('NOT_FOUND', 'There is no project.');
    };
  };

  test.each([
    ['is not set', {}],
    ['is empty', { SIGNALBOX_PROJECT: '' }],
  ])('is made by the first command that writes where SIGNALBOX_PROJECT %s', async (_, set) => {
    await using hub = await fakeHub(firstUse());
    const { SIGNALBOX_PROJECT: _project, ...env } = envOf(hub.url);
    const { io } = terminal({ ...env, ...set }, '/Some Where');
    expect(await main(['task', 'create', '--title', 'x'], io)).toBe(0);
    expect(hub.calls.map(({ path }) => path)).toEqual([
      '/api/v1/projects/some-where/task.create',
      '/api/v1/projects/some-where/project.create',
      '/api/v1/projects/some-where/task.create',
    ]);
  });

  test.each([[['status']], [['agent', 'list']], [['project', 'export']]])(
    '%j only looks: it makes none',
    async (line) => {
      await using hub = await fakeHub(firstUse());
      const { SIGNALBOX_PROJECT: _, ...env } = envOf(hub.url);
      const { io, err } = terminal(env, '/Some Where');
      expect(await main(line, io)).toBe(1);
      expect(hub.calls.filter(({ path }) => path.endsWith('project.create'))).toEqual([]);
      expect(err).toEqual([
        'There is no project some-where yet, which this folder stands for. Make it: signalbox project create --id some-where. Or look at another with --project; signalbox project list names them.',
      ]);
    },
  );

  test('what is not found in a project that is there is said as the hub says it', async () => {
    await using hub = await fakeHub((path) =>
      path.endsWith('project.get') ? ok({ project: {} }) : refused('NOT_FOUND', 'There is no task T-9.'),
    );
    const { SIGNALBOX_PROJECT: _, ...env } = envOf(hub.url);
    const { io, err } = terminal(env, '/Some Where');
    expect(await main(['task', 'get', '--taskId', 'T-9'], io)).toBe(1);
    expect(err).toEqual(['There is no task T-9.']);
  });

  test('a name that was typed is not', async () => {
    await using hub = await fakeHub(firstUse());
    const { io, err } = terminal(envOf(hub.url));
    expect(await main(['agent', 'list', '--project', 'acmee'], io)).toBe(1);
    expect([hub.calls.length, err]).toEqual([1, ['There is no project.']]);
  });
});

describe('without a hub', () => {
  test.each([['status'], ['open'], ['demo']])('%s says how to start one', async (command) => {
    const { io, err } = terminal({ HOME: '/nowhere' });
    expect(await main([command], io)).toBe(1);
    expect(err.join('\n')).toMatch(/npm start/);
    expect(err.join('\n')).not.toMatch(/\n/);
  });

  test('a hub that does not answer is named', async () => {
    const hub = await fakeHub(() => ok());
    await hub.close();
    const { io, err } = terminal(envOf(hub.url));
    expect(await main(['status'], io)).toBe(1);
    expect(err.join(' ')).toContain(hub.url);
  });
});

test.each([['status'], ['demo']])('%s with an address that is none names the setting', async (command) => {
  const { io, err } = terminal({ SIGNALBOX_URL: 'nonsense', HOME: '/nowhere' });
  expect(await main([command], io)).toBe(1);
  expect(err.join('\n')).toMatch(/^SIGNALBOX_URL is "nonsense", .*\.$/);
});

test('open prints the link and nothing else', async () => {
  await using hub = await fakeHub(() => ok({ url: 'http://hub/#k=abc' }));
  const { io, out } = terminal(envOf(hub.url));
  expect(await main(['open'], io)).toBe(0);
  expect(out).toEqual(['http://hub/#k=abc']);
  expect(hub.calls[0]).toMatchObject({ path: '/api/v1/projects/_hub/token.link', input: { role: 'admin' } });
});

describe('invite', () => {
  const answering = (url: string) => fakeHub(() => ok({ url }));

  test.each([
    [['--role', 'operator'], '_hub', { role: 'operator', name: 'Kim' }, 'operator of all projects'],
    [['--role', 'viewer', '--project', 'web'], 'web', { role: 'viewer', name: 'Kim', project: 'web' }, 'viewer of web'],
  ])('%j asks for a link and says whom it lets in; the last line is the link', async (options, at, input, rights) => {
    await using hub = await answering('https://hub.example/#k=abc');
    const { io, out } = terminal(envOf(hub.url));
    expect(await main(['invite', 'Kim', ...options], io)).toBe(0);
    expect(hub.calls).toMatchObject([{ path: `/api/v1/projects/${at}/token.link`, input }]);
    expect(out).toEqual([
      `Send this to Kim, who gets in as ${rights}. It works once, within 15 minutes.`,
      'https://hub.example/#k=abc',
    ]);
  });

  test('says when the link opens on one machine only', async () => {
    await using hub = await answering('http://127.0.0.1:3334/#k=abc');
    const { io, out } = terminal(envOf(hub.url));
    await main(['invite', 'Kim', '--role', 'admin'], io);
    expect(out).toHaveLength(3);
    expect(out[1]).toMatch(/own machine only/);
  });

  test.each([
    [['invite', 'Kim'], /--role/],
    [['invite', 'Kim', '--role', 'king'], /Allowed choices are viewer, operator, admin/],
    [['invite', '--role', 'viewer'], /name/],
  ])('%j is refused without asking the hub', async (line, why) => {
    const { io, err } = terminal({ HOME: '/nowhere' });
    expect(await main(line, io)).not.toBe(0);
    expect(err.join(' ')).toMatch(why);
  });

  test('the hub’s refusal is what is said', async () => {
    await using hub = await fakeHub(() => refused('BAD_INPUT', 'project: there is no project wep; create it first.'));
    const { io, err } = terminal(envOf(hub.url));
    expect(await main(['invite', 'Kim', '--role', 'viewer', '--project', 'wep'], io)).toBe(1);
    expect(err).toEqual(['project: there is no project wep; create it first.']);
  });
});

test('project export into a folder that is not there says which, and writes nothing', async () => {
  await using hub = await fakeHub(() => ok({ url: '/x', records: 1 }));
  const { io, err } = terminal(envOf(hub.url), '/');
  expect(await main(['project', 'export', '--out', '/not/here/acme.ndjson'], io)).toBe(1);
  expect(err).toEqual(['There is no folder /not/here; make it, or name another with --out.']);
});

test('status shows alarms, questions and agents on one screen', async () => {
  const answers: Record<string, object> = {
    'project.get': { project: { id: 'acme', simulated: true } },
    'agent.list': {
      agents: [
        {
          id: 'alice',
          role: 'speed_developer',
          state: 'working',
          taskIds: ['T-1'],
          activity: { doing: 'reading\u001b[31m' },
        },
      ],
    },
    'task.list': { tasks: [{ status: 'in_progress' }, { status: 'completed' }] },
    'alarm.list': {
      alarms: [
        { id: 'A-1', code: 'AGENT_LOST', state: 'unacked', summary: 'bob is lost' },
        { id: 'A-2', code: 'LOOP', state: 'returned', summary: 'pip went round' },
        { id: 'A-3', code: 'LOOP', state: 'shelved', summary: 'pip goes round' },
      ],
    },
    'question.list': { questions: [{ id: 'Q-1', from: 'alice', body: 'Drop it?' }] },
    'health.get': { score: 80, word: 'WARNING', deductions: [] },
  };
  await using hub = await fakeHub((path) => ok(answers[path.split('/').at(-1) ?? '']));
  const { io, out } = terminal(envOf(hub.url));
  expect(await main(['status'], io)).toBe(0);
  const screen = out.join('\n');
  for (const part of [
    'acme (simulated) at',
    'warning (80)',
    '1 working',
    '1 in progress, 1 completed',
    'A-1 AGENT_LOST: bob is lost',
    'Q-1 alice: Drop it?',
    'reading\\u001b[31m',
  ])
    expect(screen).toContain(part);
});
