import { compareIds } from '@signalbox/shared/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startHub, type TestHub } from '../support/hub.ts';
import { ExternalRedis } from '../support/redis.ts';
import { Watcher } from '../support/watcher.ts';
import { startSim } from './running-sim.ts';

const WITHIN_MS = 90_000;

let redis: ExternalRedis;
let hub: TestHub;

beforeAll(async () => {
  redis = await ExternalRedis.start();
  hub = await startHub({ env: { SIGNALBOX_REDIS_URL: redis.url } });
});
afterAll(async () => {
  await hub?.close();
  await redis?.close();
});

const projectList = z.object({ projects: z.array(z.object({ id: z.string(), simulated: z.boolean().optional() })) });
const projects = async () => projectList.parse(await hub.call('_hub', 'project.list')).projects;

/** Everything in Redis that speaks of the project, read by a client that shares no code with the hub. */
async function tracesOf(project: string): Promise<string[]> {
  const client = redis.client();
  await client.connect();
  const named = (await client.keys('*')).filter((key) => key.includes(project));
  // The mark of a removed project keeps a node that has not heard of it from writing it into being again.
  const meta = `sb:{${project}}:meta`;
  const isMark = named.includes(meta) && (await client.hExists(meta, 'removed')) && (await client.hLen(meta)) === 2;
  const keys = named.filter((key) => key !== meta || !isMark);
  const records = Object.entries(await client.hGetAll('sb:{_hub}:rec'));
  await client.close();
  return [
    ...keys,
    ...records.filter(([key, record]) => `${key} ${record}`.includes(`"${project}"`)).map(([key]) => key),
  ];
}

test(
  'a fleet of 200: all are there and at work, the feed is right, all leave, and nothing of them stays',
  async () => {
    await using sim = startSim(hub, [
      '--agents',
      '200',
      '--rate',
      '400',
      '--seed',
      '7',
      '--project',
      'load',
      '--seconds',
      '8',
    ]);
    await sim.printed(/200 agents are there/);
    const watcher = new Watcher(hub, 'load');
    const agents = await watcher.until((seen) => (seen.all('agent').length === 200 ? seen.all('agent') : undefined));
    expect(new Set(agents.map(({ client }) => client))).toEqual(new Set(['signalbox sim']));
    expect(await projects()).toContainEqual({ id: 'load', simulated: true });
    expect(await hub.call('load', 'token.create', { role: 'agent', project: 'load' })).toMatchObject({ ok: true });

    // What the control room shows, made by the fleet while somebody watches.
    const shown = ['completed', 'in_progress', 'pending'] as const;
    await watcher.until((seen) => {
      const statuses = new Set(seen.all('task').map(({ status }) => status));
      const reported = seen.all('task').some(({ activity, progress }) => activity?.step !== undefined && progress > 0);
      const there = (['lock', 'message'] as const).every((kind) => seen.all(kind).length > 0);
      return (shown.every((status) => statuses.has(status)) && reported && there) || undefined;
    });
    const { own, hub: ours } = await watcher.digests();
    expect(own).toBe(ours);

    expect(await sim.ended, sim.errors()).toBe(0);
    expect(sim.errors()).toBe('');
    await watcher.until((seen) => seen.all('agent').every(({ state }) => state === 'left') || undefined);
    watcher.close();
    const summary = sim.lines.join('\n');
    expect(summary).toMatch(/^Simulated 200 agents in load for [\d.]+ s, seed 7$/m);
    const rate = (name: string): number => Number(new RegExp(`^${name} +([\\d.]+)/s`, 'm').exec(summary)?.[1]);
    expect(Math.abs(rate('Offered') - 400)).toBeLessThan(1);
    expect(rate('Achieved')).toBeGreaterThan(0);
    expect(summary).toMatch(/^Acks {6}p50 [\d.]+ ms, p99 [\d.]+ ms of \d+/m);

    expect((await tracesOf('load')).length).toBeGreaterThan(3);
    await using removal = startSim(hub, ['--remove', '--project', 'load']);
    expect(await removal.ended, removal.errors()).toBe(0);
    expect(await projects()).not.toContainEqual(expect.objectContaining({ id: 'load' }));
    await expect.poll(() => tracesOf('load'), { timeout: 30_000 }).toEqual([]);
  },
  WITHIN_MS,
);

test(
  'the same seed makes up the same fleet and the same plans, another seed others',
  async () => {
    const run = async (project: string, seed: string) => {
      await using sim = startSim(hub, [
        '--agents',
        '20',
        '--rate',
        '40',
        '--seed',
        seed,
        '--project',
        project,
        '--seconds',
        '3',
      ]);
      expect(await sim.ended, sim.errors()).toBe(0);
      const watcher = new Watcher(hub, project);
      const made = await watcher.until((seen) =>
        seen.all('agent').length > 0
          ? {
              agents: seen
                .all('agent')
                .sort((a, b) => compareIds(a.id, b.id))
                .map(({ id, role, name, capabilities, host, accepts, branch }) => ({
                  id,
                  role,
                  name,
                  capabilities,
                  host,
                  accepts,
                  branch,
                })),
              tasks: seen
                .all('task')
                .sort((a, b) => compareIds(a.id, b.id))
                .slice(0, 20)
                .map(({ id, title, priority, files, requires, estimatedMinutes, dependencies }) => ({
                  id,
                  title,
                  priority,
                  files,
                  requires,
                  estimatedMinutes,
                  dependencies,
                })),
            }
          : undefined,
      );
      watcher.close();
      return made;
    };
    const first = await run('same-1', '3');
    const again = await run('same-2', '3');
    const other = await run('other', '4');
    expect(first.tasks).toHaveLength(20);
    expect(again).toEqual(first);
    expect(other.agents).not.toEqual(first.agents);
    expect(other.tasks).not.toEqual(first.tasks);

    // A second run in a project goes on where the first ended: the same agents, and no task made twice.
    const before = await hub.call('same-1', 'task.list', { limit: 1_000 });
    await using more = startSim(hub, [
      '--agents',
      '20',
      '--rate',
      '40',
      '--seed',
      '3',
      '--project',
      'same-1',
      '--seconds',
      '2',
      '--quiet',
    ]);
    expect(await more.ended, more.errors()).toBe(0);
    expect(more.lines[0]).toMatch(/^Simulated 20 agents in same-1/);
    const taskList = z.object({ tasks: z.array(z.object({ id: z.string() })) });
    const ids = (answer: unknown): string[] => taskList.parse(answer).tasks.map(({ id }) => id);
    const after = ids(await hub.call('same-1', 'task.list', { limit: 1_000 }));
    expect(after.slice(0, ids(before).length)).toEqual(ids(before));
    const created = Number(/Tasks {5}(\d+) created/.exec(more.lines.join('\n'))?.[1]);
    expect(after.length - ids(before).length).toBe(created);
  },
  WITHIN_MS,
);

test(
  'Ctrl-C ends it cleanly, a second one in the same project is refused, and it ends when its project is removed',
  async () => {
    await using sim = startSim(hub, ['--agents', '10', '--project', 'stopped']);
    await sim.printed(/10 agents are there .* until Ctrl-C/);
    await using second = startSim(hub, ['--agents', '10', '--project', 'stopped']);
    expect(await second.ended).toBe(1);
    expect(second.errors()).toMatch(
      /^Another simulation seems to run in stopped; end it, or take another --project\. .+\n$/,
    );
    sim.process.kill('SIGINT');
    sim.process.kill('SIGINT');
    expect(await sim.ended, sim.errors()).toBe(0);
    const watcher = new Watcher(hub, 'stopped');
    await watcher.until(
      (seen) => (seen.all('agent').length > 0 && seen.all('agent').every(({ state }) => state === 'left')) || undefined,
    );
    watcher.close();

    await using third = startSim(hub, ['--agents', '10', '--project', 'stopped']);
    await third.printed(/10 agents are there/);
    await using removal = startSim(hub, ['--remove', '--project', 'stopped']);
    expect(await removal.ended, removal.errors()).toBe(0);
    expect(await third.ended, third.errors()).toBe(0);
    expect(third.lines).toContain('stopped is not there any more, so the simulation ends.');
  },
  WITHIN_MS,
);

test('a real project is left alone, and an operator needs one that an admin has made', async () => {
  await hub.call('acme', 'project.create', { id: 'acme' });
  await using real = startSim(hub, ['--project', 'acme']);
  expect(await real.ended).toBe(1);
  expect(real.errors()).toMatch(/^acme is a real project/);
  await using removal = startSim(hub, ['--remove', '--project', 'acme']);
  expect(await removal.ended).toBe(1);
  expect(removal.errors()).toMatch(/^acme is a real project/);
  expect(await projects()).toContainEqual({ id: 'acme' });

  const { token } = await hub.call('_hub', 'token.create', { role: 'operator', name: 'Kim' });
  const kim = { SIGNALBOX_URL: hub.url, SIGNALBOX_TOKEN: String(token) };
  await using refused = startSim(hub, ['--project', 'kims'], kim);
  expect(await refused.ended).toBe(1);
  expect(refused.errors()).toMatch(/ask an admin .* signalbox project create --id kims --simulated/);
  await hub.call('kims', 'project.create', { id: 'kims', simulated: true });
  await using allowed = startSim(hub, ['--project', 'kims', '--agents', '3', '--seconds', '1'], kim);
  expect(await allowed.ended, allowed.errors()).toBe(0);
});
