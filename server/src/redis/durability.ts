import type { Redis } from 'ioredis';

const READ_EVERY_MS = 5_000;
/** Of `appendfsync`; where nobody may read the settings it is unknown. */
const LEVELS: ReadonlySet<string> = new Set(['always', 'everysec', 'no']);

export interface DurabilityOptions {
  onChange?: (level: string) => void;
  everyMs?: number;
}

/**
 * What an acknowledged write is worth. Read back from Redis, not from what we asked for, and read again: somebody may
 * change its settings, or put another Redis in its place.
 */
export class Durability {
  readonly #redis: Redis;
  readonly #onChange: (level: string) => void;
  readonly #timer: NodeJS.Timeout;
  #level: string;

  private constructor(redis: Redis, level: string, { onChange, everyMs }: DurabilityOptions) {
    this.#redis = redis;
    this.#level = level;
    this.#onChange = onChange ?? (() => {});
    this.#timer = setInterval(this.#look, everyMs ?? READ_EVERY_MS);
    this.#timer.unref();
    redis.on('ready', this.#look);
  }

  /** Rejects when Redis cannot be asked. */
  static async open(redis: Redis, options: DurabilityOptions = {}): Promise<Durability> {
    return new Durability(redis, await readLevel(redis), options);
  }

  /** `always`, `everysec`, `no`, `memory`, `evicts` or `unknown`; with replicas it says what a failover may lose. */
  get level(): string {
    return this.#level;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#redis.off('ready', this.#look);
  }

  readonly #look = (): void => {
    if (this.#redis.status !== 'ready') return;
    readLevel(this.#redis).then(
      (level) => {
        if (level === this.#level) return;
        this.#level = level;
        this.#onChange(level);
      },
      () => {}, // away: asked again when it is back
    );
  };
}

async function readLevel(redis: Redis): Promise<string> {
  const info = await redis.info();
  const field = (name: string): string => info.match(new RegExp(`^${name}:(.*)$`, 'm'))?.[1]?.trim() ?? '';
  const { appendfsync = '', 'no-appendfsync-on-rewrite': skips = '' } = await settings(redis);
  // Under memory pressure it deletes records, whenever they were written and wherever.
  const evicts = Number(field('maxmemory')) > 0 && field('maxmemory_policy').startsWith('allkeys');
  const synced = skips === 'yes' ? 'no' : LEVELS.has(appendfsync) ? appendfsync : 'unknown';
  const level = evicts ? 'evicts' : field('aof_enabled') === '1' ? synced : 'memory';
  return Number(field('connected_slaves')) > 0 ? `${level}, failover may lose the replication lag` : level;
}

/** What decides when it writes to its disk; nothing where nobody may read it. */
async function settings(redis: Redis): Promise<Record<string, string>> {
  const pairs = (await redis.config('GET', 'appendfsync', 'no-appendfsync-on-rewrite').catch(() => [])) as string[];
  return Object.fromEntries(pairs.flatMap((name, at) => (at % 2 === 0 ? [[name, pairs[at + 1] ?? '']] : [])));
}
