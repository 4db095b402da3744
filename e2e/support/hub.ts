import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HUB = fileURLToPath(new URL('../../scripts/hub.mjs', import.meta.url));

export interface HubOptions {
  /** Keep the data of an earlier hub; made when missing. */
  dataDir?: string;
  env?: NodeJS.ProcessEnv;
  args?: readonly string[];
  /** When the hub is told by another way than the environment: what it was told. */
  ownerToken?: string;
  /** Another program that ends in a hub, for tests that need one with a switch in it. */
  program?: string;
}

/** A hub as the product runs it, in a process of its own on a free port, with its own data and its own Redis. */
export interface TestHub {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** XDG_STATE_HOME of the hub: local clients find its hub.json there. */
  readonly stateDir: string;
  readonly ownerToken: string;
  /** The link printed at the start; works once. */
  readonly launchLink: string;
  readonly process: ChildProcess;
  /** Everything it printed. */
  output(): string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** One command over HTTP as the owner (or with another token); the body of the answer. */
  call(
    project: string,
    command: string,
    input?: object,
    headers?: Record<string, string>,
  ): Promise<Record<string, unknown>>;
  /** SIGINT, as Ctrl-C sends it; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Stops it and removes its folders. */
  close(): Promise<void>;
}

export async function startHub(options: HubOptions = {}): Promise<TestHub> {
  const root = await mkdtemp(join(tmpdir(), 'sb-hub-'));
  const dataDir = options.dataDir ?? join(root, 'data');
  const stateDir = join(root, 'state');
  const child = spawn(process.execPath, [options.program ?? HUB, ...(options.args ?? [])], {
    env: {
      ...process.env,
      SIGNALBOX_PORT: '0',
      SIGNALBOX_DATA_DIR: dataDir,
      SIGNALBOX_LOG_LEVEL: 'warn',
      XDG_STATE_HOME: stateDir,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const printed: string[] = [];
  const ended = once(child, 'exit').then(([code, signal]: (number | NodeJS.Signals | null)[]) => ({
    code: typeof code === 'number' ? code : null,
    signal: typeof signal === 'string' ? signal : null,
  }));
  const launchLink = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on('line', (line) => {
        printed.push(line);
        const link = line.match(/Control room\s+(http\S+)/)?.[1];
        if (link !== undefined) resolve(link);
      });
    }
    void ended.then(({ code }) => reject(new Error(`the hub ended with ${code}:\n${printed.join('\n')}`)));
  });
  const url = new URL(launchLink).origin;
  const ownerToken =
    options.ownerToken ??
    options.env?.SIGNALBOX_OWNER_TOKEN ??
    (await readFile(join(dataDir, 'owner-token'), 'utf8')).trim();
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    return (await ended).code;
  };
  return {
    url,
    port: Number(new URL(url).port),
    dataDir,
    stateDir,
    ownerToken,
    launchLink,
    process: child,
    output: () => printed.join('\n'),
    ended,
    async call(project, command, input = {}, headers = {}) {
      const answer = await fetch(`${url}/api/v1/projects/${project}/${command}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ownerToken}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(input),
      });
      const body: unknown = await answer.json();
      if (typeof body !== 'object' || body === null) throw new Error(`${command} answered ${JSON.stringify(body)}`);
      return { ...body };
    },
    stop,
    async close() {
      await stop();
      await endOrphan(dataDir);
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A hub that was killed leaves its Redis running, for the next start to adopt; after a test there is none. */
async function endOrphan(dataDir: string): Promise<void> {
  const pid = Number(await readFile(join(dataDir, 'redis.pid'), 'utf8').catch(() => '0'));
  if (pid === 0) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended with its hub.
  }
}
