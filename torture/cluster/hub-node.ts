import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { now } from '../history/writer.ts';
import { type Child, type Children, isAlive, kill } from './children.ts';

const REPOSITORY = new URL('../../../', import.meta.url);
const HUB = fileURLToPath(new URL('scripts/hub.mjs', REPOSITORY));
const CLOCK = new URL('../clock-jump.js', import.meta.url).href;
/** Lines of its output that are kept to be shown when something is wrong. */
const LINES_KEPT = 200;
const LOOK_EVERY_MS = 50;
const SERVES_WITHIN_MS = 60_000;
const ANSWERS_WITHIN_MS = 10_000;
/** Longer than it waits for Redis itself. */
const SAYS_WITHIN_MS = 5_000;
const OK = 200;
const SERVICE_UNAVAILABLE = 503;

const exportHead = z.object({ at: z.number() });

export interface HubSettings {
  folder: string;
  ownerToken: string;
  keyFile: string;
  /** Its own: the same in every life. */
  port: number;
  /** Redis, as this node reaches it. */
  redisPort: number;
  /** One that it serves. */
  project: string;
}

/** One hub node: the same in every life of its process. */
export class HubNode {
  readonly name: string;
  readonly #children: Children;
  readonly #settings: HubSettings;
  #child: Child | undefined;
  readonly port: number;
  /** What it printed: warnings and worse. */
  readonly printed: string[] = [];

  constructor(name: string, { children, settings }: { children: Children; settings: HubSettings }) {
    this.name = name;
    this.#children = children;
    this.#settings = settings;
    this.port = settings.port;
  }

  get pid(): number {
    return this.#running().pid;
  }

  /** As it knows itself. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const { folder, ownerToken, keyFile, redisPort, port } = this.#settings;
    await mkdir(folder, { recursive: true });
    const child = this.#children.start(process.execPath, ['--import', CLOCK, HUB], {
      ipc: true,
      read: true,
      env: {
        SIGNALBOX_PORT: `${port}`,
        SIGNALBOX_DATA_DIR: join(folder, 'data'),
        SIGNALBOX_LOG_LEVEL: 'warn',
        SIGNALBOX_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
        SIGNALBOX_HUB_KEY_FILE: keyFile,
        SIGNALBOX_OWNER_TOKEN: ownerToken,
        XDG_STATE_HOME: join(folder, 'state'),
      },
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.process.stdout, child.process.stderr]) {
        if (stream === null) continue;
        createInterface(stream).on('line', (line) => {
          this.printed.push(line);
          if (this.printed.length > LINES_KEPT) this.printed.shift();
          if (line.includes('Control room')) resolve();
        });
      }
      void child.ended.then(({ code, signal }) =>
        reject(new Error(`${this.name} ended with ${code ?? signal}:\n${this.#lastWords()}`)),
      );
    });
  }

  kill(): Promise<boolean> {
    return kill(this.#running());
  }

  /** Sets its wall clock off by so many milliseconds. Whether it is, {@link wallClock} tells. */
  async jumpClock(jumpMs: number): Promise<void> {
    const { process: child } = this.#running();
    const set = once(child, 'message');
    child.send({ jumpMs });
    await set;
  }

  /** The time of day, in milliseconds, by what it answers: an export says when it was made. */
  async wallClock(): Promise<number> {
    const { project, ownerToken } = this.#settings;
    const answer = await fetch(`${this.url}/api/v1/projects/${project}/export`, {
      headers: { authorization: `Bearer ${ownerToken}` },
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    if (!answer.ok || answer.body === null) throw new Error(`${this.name} exports nothing: ${answer.status}`);
    // Its first line is all that is wanted; the project may be large.
    let head = '';
    const text = answer.body.pipeThrough(new TextDecoderStream());
    for await (const part of text) {
      head += part;
      if (head.includes('\n')) break;
    }
    return exportHead.parse(JSON.parse(head.slice(0, head.indexOf('\n')))).at;
  }

  /** Resolves when it can serve; throws when it ended by itself, or does not come to serve. */
  async serves(): Promise<void> {
    for (const since = now(); !(await this.isReady()); await delay(LOOK_EVERY_MS)) {
      if (!isAlive(this.pid)) throw new Error(`${this.name} ended by itself:\n${this.#lastWords()}`);
      if (now() - since > SERVES_WITHIN_MS)
        throw new Error(`${this.name} was not ready within ${SERVES_WITHIN_MS / 1_000} s:\n${this.#lastWords()}`);
    }
  }

  /** Whether it says that it can serve: Redis answers and its projects are loaded. */
  async isReady(): Promise<boolean> {
    return (await this.#readiness()) === OK;
  }

  /** Whether it says that it cannot: which somebody who is dead, or busy, does not say. */
  async refusesToServe(): Promise<boolean> {
    return (await this.#readiness()) === SERVICE_UNAVAILABLE;
  }

  async #readiness(): Promise<number | undefined> {
    const signal = AbortSignal.timeout(SAYS_WITHIN_MS);
    const answer = await fetch(`${this.url}/readyz`, { signal }).catch(() => undefined);
    return answer?.status;
  }

  #lastWords(): string {
    return this.printed.slice(-20).join('\n');
  }

  #running(): Child {
    if (this.#child === undefined) throw new Error(`${this.name} was not started`);
    return this.#child;
  }
}
