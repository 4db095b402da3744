import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Reader } from './reader.ts';
import { ROOT } from './snippets.ts';

/** What a snippet of the pages is for. */
export interface Effect {
  file: string;
  /** A line of it: which one is meant. */
  has: string;
  /** What its reader does while it runs. */
  meanwhile?(reader: Reader): Promise<void>;
  /** What is so afterwards, at the hub: that a program ended without complaint says little. */
  effect(reader: Reader, output: string): Promise<void>;
}

/** Run by a test of its own, which it needs: a machine, or several hubs. `has` stands in that test: it is the same there. */
export interface Elsewhere {
  file: string;
  has: string;
  elsewhere: { file: string; has: string };
}

const WITHIN = { timeout: 20_000 };
const asked = z.tuple([z.looseObject({ id: z.string(), options: z.array(z.string()) })]);
type Records = Record<string, unknown>[];

async function records(reader: Reader, project: string, command: string, input: object = {}): Promise<Records> {
  const answer = await reader.hub.call(project, command, input);
  const [noun] = command.split('.');
  const found = answer[noun === 'history' ? 'events' : `${noun}s`];
  return Array.isArray(found) ? found : [];
}

const one = (reader: Reader, project: string, command: string, input: object) =>
  reader.hub.call(project, command, input);

/** The project the demo has made for itself. */
const demoProject = async (reader: Reader): Promise<string> => {
  const found = (await records(reader, '_hub', 'project.list')).map(({ id }) => String(id));
  return found.find((id) => id.startsWith('demo-')) ?? '';
};

export const EFFECTS: readonly (Effect | Elsewhere)[] = [
  {
    file: 'README.md',
    has: 'npm start',
    elsewhere: { file: 'e2e/provisioning/start-on-bare.mjs', has: "spawn('npm', ['start', '--', '--port', '0']" },
  },
  {
    file: 'README.md',
    has: 'npx signalbox demo ~/my/repo',
    async meanwhile(reader) {
      await expect
        .poll(async () => records(reader, await demoProject(reader), 'question.list'), WITHIN)
        .toHaveLength(1);
      const project = await demoProject(reader);
      const [question] = asked.parse(await records(reader, project, 'question.list'));
      const answer = { questionId: question.id, choice: question.options[0] };
      expect(await one(reader, project, 'question.answer', answer)).toMatchObject({ ok: true });
    },
    async effect(reader, output) {
      const project = await demoProject(reader);
      expect(await records(reader, project, 'agent.list')).toHaveLength(6);
      for (const { status } of await records(reader, project, 'task.list')) expect(status).toBe('completed');
      const report = output.trim().split('\n').at(-1) ?? '';
      expect(readFileSync(join(report, 'index.md'), 'utf8')).toContain('src');
      expect(reader.ask('git', ['-C', join(reader.home, 'my/repo'), 'status', '--porcelain'])).toBe('');
    },
  },
  {
    file: 'README.md',
    has: 'npx signalbox sim --agents 50 --seconds 20',
    async meanwhile(reader) {
      const simulated = { client: 'signalbox sim', connected: true };
      await expect
        .poll(() => records(reader, 'sim', 'agent.list'), WITHIN)
        .toEqual(Array(50).fill(expect.objectContaining(simulated)));
      expect(await records(reader, '_hub', 'project.list')).toContainEqual(
        expect.objectContaining({ id: 'sim', simulated: true }),
      );
    },
    async effect(reader, output) {
      expect(output).toContain('Simulated 50 agents in sim');
      expect((await records(reader, '_hub', 'project.list')).map(({ id }) => id)).not.toContain('sim');
    },
  },
  {
    file: 'README.md',
    has: 'npx signalbox project create --id my-project',
    async effect(reader) {
      expect(await one(reader, 'my-project', 'project.get', {})).toMatchObject({ project: { id: 'my-project' } });
      expect(await records(reader, '_hub', 'token.list')).toEqual(
        expect.arrayContaining([expect.objectContaining({ role: 'agent', project: 'my-project' })]),
      );
      expect(reader.token).toMatch(/^sb_agent_/);
    },
  },
  {
    file: 'README.md',
    has: 'npm i http://127.0.0.1:3334/dl/signalbox.tgz',
    async effect(reader) {
      const installed = join(reader.folderOf('README.md', 'TypeScript'), 'node_modules/signalbox/package.json');
      const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
      expect(JSON.parse(readFileSync(installed, 'utf8'))).toMatchObject({ name: 'signalbox', version });
    },
  },
  {
    file: 'README.md',
    has: '// ada.mjs — run it with: node ada.mjs',
    async effect(reader) {
      // Nothing was configured: the project is the name of the folder.
      const project = 'typescript';
      const agent = () => one(reader, project, 'agent.get', { agentId: 'ada' });
      await expect.poll(agent, WITHIN).toMatchObject({ agent: { role: 'speed_developer', connected: true } });
      const order = { to: 'ada', action: 'say', body: 'Good morning' };
      const { directiveId } = await one(reader, project, 'directive.send', order);
      const directive = () => one(reader, project, 'directive.get', { directiveId });
      await expect.poll(directive, WITHIN).toMatchObject({ directive: { counts: { done: 1 } } });
      await one(reader, project, 'task.create', { title: 'Add login' });
      const task = () => one(reader, project, 'task.get', { taskId: 'T-1' });
      await expect.poll(task, WITHIN).toMatchObject({
        task: { status: 'completed', assignee: 'ada', result: { summary: 'Login works, 4 tests.' } },
      });
      expect(await one(reader, project, 'checkpoint.get', { taskId: 'T-1' })).toMatchObject({
        checkpoint: { data: { done: ['login.ts'] } },
      });
      expect(await done(reader, project, 'ada')).toEqual(
        expect.arrayContaining(['lock.claim', 'task.progress', 'checkpoint.save', 'lock.release', 'task.complete']),
      );
      expect(await records(reader, project, 'lock.list')).toEqual([]);
    },
  },
  {
    file: 'README.md',
    has: 'pip install "python-socketio[client]"',
    async effect(reader) {
      expect(reader.ask('python', ['-c', 'import socketio; print(socketio.Client.__name__)'])).toBe('Client');
    },
  },
  {
    file: 'README.md',
    has: '# bob.py — run it with: SIGNALBOX_TOKEN=… python bob.py',
    async effect(reader) {
      const agent = () => one(reader, 'my-project', 'agent.get', { agentId: 'bob' });
      await expect.poll(agent, WITHIN).toMatchObject({ agent: { role: 'quality_enhancer', connected: true } });
    },
  },
  {
    file: 'README.md',
    has: `me=$(call agent.register '{"id":"carol","role":"ai_specialist","accepts":"pull"}'); echo "$me"`,
    async effect(reader, output) {
      expect(await one(reader, 'my-project', 'agent.get', { agentId: 'carol' })).toMatchObject({
        agent: { role: 'ai_specialist', accepts: 'pull', activity: { doing: 'reading' } },
      });
      expect(await records(reader, 'my-project', 'lock.list')).toMatchObject([{ holder: 'carol', paths: ['data/**'] }]);
      expect(output.match(/"ok":true/g)).toHaveLength(4);
      expect(output).toMatch(/"code":"NOT_FOUND"/);
      expect(output).toMatch(/"task":null/);
    },
  },
  {
    file: 'README.md',
    has: 'npx signalbox directive send --project my-project --to bob --action say --body "Good morning"',
    async effect(reader) {
      const directive = () => one(reader, 'my-project', 'directive.get', { directiveId: 'D-1' });
      await expect.poll(directive, WITHIN).toMatchObject({ receipts: [{ agentId: 'bob', state: 'done' }] });
      const task = () => one(reader, 'my-project', 'task.get', { taskId: 'T-1' });
      await expect.poll(task, WITHIN).toMatchObject({
        task: { status: 'completed', assignee: 'bob', result: { summary: 'Done.' } },
      });
      expect(await done(reader, 'my-project', 'bob')).toEqual(
        expect.arrayContaining(['task.start', 'lock.claim', 'task.complete', 'directive.receipt']),
      );
    },
  },
  {
    file: 'docs/operations.md',
    has: 'mkdir -p -m 700 ~/signalbox-hub',
    async effect(reader) {
      const [key, token] = ['hub-key', 'owner-token'].map((name) =>
        readFileSync(join(reader.home, 'signalbox-hub', name), 'utf8').trim(),
      );
      expect([key?.length, token?.length, key === token]).toEqual([44, 44, false]);
    },
  },
  {
    file: 'docs/operations.md',
    has: 'npm start -- --redis-url redis://127.0.0.1:6379 --hub-key-file ~/signalbox-hub/hub-key --owner-token-file ~/signalbox-hub/owner-token --behind-tls-proxy',
    elsewhere: { file: 'e2e/nodes/operations.test.ts', has: "snippetsOf('docs/operations.md'" },
  },
  {
    file: 'docs/operations.md',
    has: "redis-cli -u redis://127.0.0.1:6379 HDEL 'sb:{_hub}:rec' hubKey:hub-key",
    elsewhere: { file: 'e2e/nodes/operations.test.ts', has: "snippetsOf('docs/operations.md'" },
  },
  {
    file: 'docs/operations.md',
    has: `npx signalbox project update --project my-project --retention '{"finishedTasksMs":86400000}'`,
    async effect(reader) {
      const retention = { finishedTasksMs: 86_400_000 };
      expect(await one(reader, 'my-project', 'project.get', {})).toMatchObject({ project: { retention } });
    },
  },
  {
    file: 'docs/operations.md',
    has: 'npx signalbox project update --project my-project --budgetUsd 50',
    async effect(reader) {
      expect(await one(reader, 'my-project', 'project.get', {})).toMatchObject({ project: { budgetUsd: 50 } });
    },
  },
  {
    file: 'docs/protocol.md',
    has: '# SIGNALBOX_TOKEN is set; the second call is the repetition of the first',
    async effect(reader, output) {
      const [first, second, ...more] = [...output.matchAll(/"connection":(\d+)/g)].map(([, connection]) => connection);
      expect([second, more]).toEqual([first, []]);
      expect(await done(reader, 'my-project', 'dave')).toEqual(['agent.register']);
    },
  },
  {
    file: 'docs/security.md',
    has: 'npx signalbox token create --role viewer --name Wall --project my-project',
    async effect(reader, output) {
      expect(await records(reader, '_hub', 'token.list')).toEqual(
        expect.arrayContaining([expect.objectContaining({ role: 'viewer', name: 'Wall', project: 'my-project' })]),
      );
      expect(output).toMatch(/^ {2}\S+ \S+ +human:owner +token\.create +token \S+$/m);
      // Shown once: what made it is the only one to show it.
      expect(output.match(/sb_viewer_/g)).toHaveLength(1);
    },
  },
];

/** Every command of an agent that changed something. */
const done = async (reader: Reader, project: string, actor: string): Promise<unknown[]> =>
  (await records(reader, project, 'history.list', { actor })).map(({ command }) => command);
