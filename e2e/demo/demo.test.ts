import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startHub, type TestHub } from '../support/hub.ts';
import { RawAgent, type RawAnswer } from '../support/raw-agent.ts';
import { expectedFigures } from './expected-figures.ts';
import { buildRepository, type ModelFile } from './random-repository.ts';
import { spawnDemo, startDemo } from './running-demo.ts';
import { victimIn } from './victim.ts';

const DEMO_WITHIN_MS = 120_000;
const SOON = { timeout: 60_000 };
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);

let hub: TestHub;
let folder: string;
let root: string;
let files: ModelFile[];

beforeAll(async () => {
  console.log(`random repository from SEED=${seed}`);
  hub = await startHub();
  folder = await realpath(await mkdtemp(join(tmpdir(), 'signalbox-demo-test-')));
  root = join(folder, 'some-repository');
  files = await buildRepository(root, seed);
});
afterAll(async () => {
  await hub?.close();
  await rm(folder, { recursive: true, force: true });
});

const figures = z.looseObject({
  files: z.int(),
  bytes: z.int(),
  lines: z.int(),
  languages: z.unknown(),
  largest: z.unknown(),
  imports: z.looseObject({ statements: z.int() }),
  todos: z.int(),
  todoList: z.unknown(),
  hotspots: z.unknown(),
});
const reportFile = z.looseObject({
  repository: z.string(),
  totals: z.looseObject({}),
  folders: z.record(z.string(), figures),
  focus: z.looseObject({ area: z.string(), by: z.string() }),
  attempts: z.array(
    z.looseObject({ taskId: z.string(), agents: z.array(z.string()), startedFromCheckpoint: z.boolean() }),
  ),
});
const readReport = async (out: string) =>
  reportFile.parse(JSON.parse(await readFile(join(out, 'report.json'), 'utf8')));

/** Every file of the repository, with its time and size, `.git` too. */
const treeOf = (path: string): string => execFileSync('find', [path, '-printf', '%p %T@ %s %m\n']).toString();

/** The answer to a claim, made again while one of the six has the path. */
async function granted(claim: () => Promise<RawAnswer>): Promise<RawAnswer> {
  for (;;) {
    const answer = await claim();
    if (answer.ok) return answer;
    expect(answer.error?.code).toBe('LOCK_HELD');
  }
}

describe('signalbox demo', () => {
  test(
    'stopped while it is still copying a repository, it leaves nothing',
    async () => {
      const temporary = join(folder, 'temporary-early');
      await mkdir(temporary);
      const child = spawnDemo(hub, [], { TMPDIR: temporary });
      const began = await new Promise<string>((resolve) => {
        const watching = watch(temporary, (_, name) => {
          watching.close();
          resolve(String(name));
        });
      });
      expect(began).toMatch(/^signalbox-demo-/);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([130, null]);
      expect((await readdir(temporary)).filter((name) => name.startsWith('signalbox-demo-'))).toEqual([]);
    },
    DEMO_WITHIN_MS,
  );

  test(
    'every figure of the report is right, also when an agent is killed in the middle of a task',
    async () => {
      const before = treeOf(root);
      const out = join(folder, 'report');
      await using demo = await startDemo(hub, [root, '--pace', '0.4', '--out', out]);
      const victim = await demo.watcher.until(victimIn);
      process.kill(victim.pid, 'SIGKILL');
      expect(await demo.ended, demo.errors()).toBe(0);
      expect(demo.lines.at(-1)).toBe(out);

      const report = await readReport(out);
      const folders = Object.keys(report.folders);
      expect(folders.length).toBeGreaterThan(3);
      for (const [name, found] of Object.entries(report.folders))
        expect(found, `${name}, SEED=${seed}`).toMatchObject(expectedFigures(files, name, folders));
      const sum = (of: (one: z.infer<typeof figures>) => number): number =>
        Object.values(report.folders).reduce((total, one) => total + of(one), 0);
      expect(report.totals).toEqual({
        files: files.length,
        bytes: sum(({ bytes }) => bytes),
        lines: sum(({ lines }) => lines),
        imports: sum(({ imports }) => imports.statements),
        todos: sum(({ todos }) => todos),
      });

      const attempt = report.attempts.find(({ taskId }) => taskId === victim.task.id);
      expect(attempt?.agents.length).toBe(2);
      expect(attempt?.agents[0]).toBe(victim.agent);
      expect(attempt?.agents[1]).not.toBe(victim.agent);
      expect(attempt?.startedFromCheckpoint).toBe(true);
      expect(await readFile(join(out, 'index.md'), 'utf8')).toContain('continued from checkpoint');
      expect(demo.lines.join('\n')).toContain(`${victim.agent} is gone (SIGKILL)`);

      // Nobody answered, so the default stands: the folder with the most lines.
      const most = Object.entries(report.folders).sort(
        ([a, x], [b, y]) => y.lines - x.lines || (a < b ? -1 : 1),
      )[0]?.[0];
      expect(report.focus).toEqual({ area: most, by: 'hub' });
      expect(await readFile(join(out, 'closer-look.md'), 'utf8')).toContain('Nobody answered in time: its default.');
      expect(treeOf(root)).toBe(before);
    },
    DEMO_WITHIN_MS,
  );

  test(
    'the answer of a person changes the report',
    async () => {
      const out = join(folder, 'answered');
      await using demo = await startDemo(hub, [root, '--pace', '0.1', '--out', out]);
      // Whether two of the six want one page in the same moment is chance; that somebody wants this one is not.
      const visitor = new RawAgent(hub, demo.project, 'visitor');
      const page = 'report/findings.md';
      const { lockId, fence } = await granted(() => visitor.send('lock.claim', { paths: [page], ttlMs: 60_000 }));
      await demo.watcher.until((watcher) => watcher.all('waiter').find(({ paths }) => paths.includes(page)));
      expect(await visitor.send('lock.release', { lockId, fence })).toMatchObject({ ok: true });
      visitor.close();
      const question = await demo.watcher.until((watcher) =>
        watcher.all('question').find(({ state }) => state === 'open'),
      );
      const choice = question.options?.find((option) => option !== question.default);
      expect(choice).toBeDefined();
      await hub.call(demo.project, 'question.answer', { questionId: question.id, choice });
      expect(await demo.ended, demo.errors()).toBe(0);
      // They tell each other what they find, and work: nobody takes that for a loop.
      expect(demo.watcher.all('message').length).toBeGreaterThan(0);
      expect(demo.watcher.all('alarm').filter(({ code }) => code === 'LOOP')).toEqual([]);
      const report = await readReport(out);
      expect(report.focus).toEqual({ area: choice === 'the rest' ? '.' : choice, by: 'human:owner' });
      expect(await readFile(join(out, 'closer-look.md'), 'utf8')).toContain('Chosen by human:owner');
      expect(demo.lines.join('\n')).toMatch(new RegExp(`\\S+ waits for ${page}`));
      expect(await readFile(join(out, 'findings.md'), 'utf8')).toMatch(/is the largest file of/);
    },
    DEMO_WITHIN_MS,
  );

  test(
    'when a person removes all six it ends, and says why',
    async () => {
      const out = join(folder, 'removed');
      await using demo = await startDemo(hub, [root, '--out', out]);
      const here = (): string[] => demo.lines.flatMap((line) => / (\S+) is here \(/.exec(line)?.[1] ?? []);
      await expect.poll(here, SOON).toHaveLength(6);
      for (const agentId of here()) await hub.call(demo.project, 'agent.evict', { agentId, reason: 'Enough.' });
      expect(await demo.ended).toBe(1);
      expect(demo.errors()).toBe('The report is not complete: all agents are gone.\n');
      expect(demo.lines.filter((line) => line.includes(' is gone (exit code 1)'))).toHaveLength(6);
    },
    DEMO_WITHIN_MS,
  );

  test(
    'agents obey, and give receipts; Ctrl-C ends all six',
    async () => {
      const temporary = join(folder, 'temporary');
      await mkdir(temporary);
      await using demo = await startDemo(hub, [root, '--out', join(folder, 'stopped')], { TMPDIR: temporary });
      const pids = await demo.watcher.until((watcher) => {
        const here = watcher
          .all('agent')
          .flatMap(({ pid, connected }) => (connected && pid !== undefined ? [pid] : []));
        return here.length === 6 ? here : undefined;
      });
      const receipt = (directiveId: unknown, agentId: string, state: string) =>
        demo.watcher.until((watcher) =>
          watcher.all('receipt').find((one) => one.id === `${directiveId}:${agentId}` && one.state === state),
        );

      const asked = await hub.call(demo.project, 'directive.send', {
        to: 'speed-1',
        action: 'ask',
        body: 'What are you doing?',
      });
      expect((await receipt(asked.directiveId, 'speed-1', 'done')).note).toMatch(/^I (am at T-\d+|have no task)/);

      const paused = await hub.call(demo.project, 'directive.send', { to: 'speed-1', action: 'pause' });
      await receipt(paused.directiveId, 'speed-1', 'acknowledged');
      await demo.watcher.until((watcher) => watcher.all('agent').find(({ id, paused: is }) => id === 'speed-1' && is));
      const resumed = await hub.call(demo.project, 'directive.send', { to: 'speed-1', action: 'resume' });
      await receipt(resumed.directiveId, 'speed-1', 'done');

      const save = await hub.call(demo.project, 'directive.send', { to: 'all', action: 'checkpoint' });
      await demo.watcher.until((watcher) =>
        watcher
          .all('receipt')
          .find(
            ({ directiveId, state, effect }) =>
              directiveId === save.directiveId && state === 'done' && effect?.command === 'checkpoint.save',
          ),
      );

      expect(await readdir(temporary)).toHaveLength(1);
      // A terminal and npm may both pass it on.
      demo.process.kill('SIGINT');
      demo.process.kill('SIGINT');
      expect(await demo.ended).toBe(130);
      expect(demo.errors()).toBe('Stopped; the report is not complete.\n');
      expect(demo.lines.at(-1)).toBe(join(folder, 'stopped'));
      expect(await readdir(temporary)).toEqual([]);
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
      await demo.watcher.until((watcher) => watcher.all('agent').every(({ state }) => state === 'left') || undefined);
    },
    DEMO_WITHIN_MS,
  );
});
