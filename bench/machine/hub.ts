import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Children } from './children.ts';
import { type Cores, pin } from './cores.ts';
import type { PrivateRedis } from './redis.ts';
import type { Side } from './side.ts';
import { REPOSITORY, startArgs } from './start-args.ts';

const PROJECT = 'bench';

export interface Hub extends Side {
  readonly ownerToken: string;
  /** One command over HTTP as the owner; throws what it is refused. */
  call(command: string, input: object): Promise<object>;
}

export interface HubOptions {
  folder: string;
  cores: Cores;
  /** Instead of one of its own. */
  redis?: PrivateRedis;
  env?: NodeJS.ProcessEnv;
  /** More for Node itself, such as a profiler. */
  nodeArgs?: readonly string[];
}

const tokenAnswer = z.object({ token: z.string() });

/** The built hub as its user runs it, with the Redis that it brings, and an empty project. */
export async function startHub(children: Children, options: HubOptions): Promise<Hub> {
  const { child, port } = await launchHub(children, options);
  const dataDir = dataDirIn(options.folder);
  const ownerToken =
    options.env?.SIGNALBOX_OWNER_TOKEN ?? (await readFile(join(dataDir, 'owner-token'), 'utf8')).trim();
  if (child.pid === undefined) throw new Error('the hub did not start');
  const redis = options.redis ?? {
    pid: Number(await readFile(join(dataDir, 'redis.pid'), 'utf8')),
    socketPath: join(dataDir, 'redis.sock'),
  };
  // Started by the hub, it would share the hub's core.
  if (options.redis === undefined) await pin(redis.pid, options.cores.redis);
  const call = async (command: string, input: object): Promise<object> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/projects/${PROJECT}/${command}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ownerToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const body: unknown = await answer.json();
    if (!answer.ok || typeof body !== 'object' || body === null)
      throw new Error(`${command} was refused: ${JSON.stringify(body)}`);
    return body;
  };
  await call('project.create', { id: PROJECT });
  const { token } = tokenAnswer.parse(await call('token.create', { role: 'agent', project: PROJECT }));
  return {
    name: 'ours',
    port,
    pid: child.pid,
    redis,
    project: PROJECT,
    agentToken: token,
    upWith: 'welcome',
    ownerToken,
    call,
    stop: () => children.end(child),
  };
}

/** Resolves when it serves; what is in its folder from before it loads. */
export async function launchHub(
  children: Children,
  { folder, cores, nodeArgs = [], env }: HubOptions,
): Promise<{ child: ChildProcess; port: number }> {
  const child = children.start(
    process.execPath,
    [...(await startArgs()), ...nodeArgs, join(REPOSITORY, 'scripts/hub.mjs')],
    {
      core: cores.server,
      read: true,
      env: { ...hubEnvironment(folder), ...env },
      cleanUp: () => endRedisOf(folder),
    },
  );
  return { child, port: Number(new URL(await readyLink(child)).port) };
}

/** The launch link, as soon as it is printed. */
export async function readyLink({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('nobody reads what it prints');
  for await (const line of createInterface(stdout)) {
    const link = /Control room\s+(http\S+)/.exec(line)?.[1];
    if (link === undefined) continue;
    stdout.resume();
    return link;
  }
  throw new Error('it ended before it was ready; what it said is above');
}

/** A hub that had to be killed leaves its Redis running, for the next one on its data. */
async function endRedisOf(folder: string): Promise<void> {
  const pid = Number(await readFile(join(dataDirIn(folder), 'redis.pid'), 'utf8').catch(() => '0'));
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended with its hub.
  }
}

const dataDirIn = (folder: string): string => join(folder, 'hub');

/** Nothing of the person's own hub: another port, other folders. */
export const hubEnvironment = (folder: string): NodeJS.ProcessEnv => ({
  SIGNALBOX_PORT: '0',
  SIGNALBOX_DATA_DIR: dataDirIn(folder),
  SIGNALBOX_LOG_LEVEL: 'warn',
  SIGNALBOX_REDIS_URL: '',
  XDG_STATE_HOME: join(folder, 'state'),
});
