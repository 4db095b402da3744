import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { now } from '../history/writer.ts';
import { type Child, type Children, isAlive, kill } from './children.ts';

const REPOSITORY = new URL('../../../', import.meta.url);
const HUB = fileURLToPath(new URL('scripts/hub.mjs', REPOSITORY));
const CLOCK = new URL('../clock-jump.js', import.meta.url).href;
/** Lines of its output that are kept to be shown when something is wrong. */
const LINES_KEPT = 200;
const LOOK_EVERY_MS = 50;
const SERVES_WITHIN_MS = 60_000;

export interface HubSettings {
  folder: string;
  ownerToken: string;
  keyFile: string;
  /** Its own: the same in every life. */
  port: number;
  /** Redis, as this node reaches it. */
  redisPort: number;
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

  /** Sets its wall clock off by so many milliseconds; resolves with how far it says to be off. */
  async jumpClock(jumpMs: number): Promise<number> {
    const { process: child } = this.#running();
    const answered = once(child, 'message');
    child.send({ jumpMs });
    const [said]: unknown[] = await answered;
    return typeof said === 'object' && said !== null && 'now' in said ? Number(said.now) - Date.now() : 0;
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
    const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    return answer?.ok === true;
  }

  #lastWords(): string {
    return this.printed.slice(-20).join('\n');
  }

  #running(): Child {
    if (this.#child === undefined) throw new Error(`${this.name} was not started`);
    return this.#child;
  }
}
