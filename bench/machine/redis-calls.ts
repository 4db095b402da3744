import type { Redis } from 'ioredis';

/** Calls by name since Redis started, of `INFO commandstats`. It counts what scripts call, too. */
export function readCommandStats(info: string): Map<string, number> {
  const stats = new Map<string, number>();
  for (const [, name = '', calls] of info.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)) stats.set(name, Number(calls));
  return stats;
}

/** How often each was called from one look to the next. */
export function callsBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) {
  const calls = new Map<string, number>();
  for (const [name, count] of after) {
    const more = count - (before.get(name) ?? 0);
    if (more > 0) calls.set(name, more);
  }
  return calls;
}

/** One call as `MONITOR` shows it: who made it, a client or a script. */
export interface SeenCall {
  source: 'client' | 'script';
  name: string;
  key: string | undefined;
}

const READS_OF_A_HASH: ReadonlySet<string> = new Set([
  'hget',
  'hmget',
  'hgetall',
  'hscan',
  'hvals',
  'hkeys',
  'hexists',
  'hrandfield',
]);

/** Reads of the records, by whomever. */
export const recordReads = (calls: readonly SeenCall[]): SeenCall[] =>
  calls.filter(({ name, key }) => READS_OF_A_HASH.has(name) && key?.endsWith(':rec') === true);

/** What clients called themselves, without what scripts did in the same time under the same name. */
export function clientCalls(calls: ReadonlyMap<string, number>, seen: readonly SeenCall[]): number {
  const byScripts = new Set(seen.filter(({ source }) => source === 'script').map(({ name }) => name));
  let count = 0;
  for (const [name, times] of calls) if (!byScripts.has(name) && !OURS.has(name)) count += times;
  return count;
}

/** The bench's own questions. */
const OURS: ReadonlySet<string> = new Set(['info', 'monitor', 'ping', 'client|setinfo', 'hello']);

/** Everything that is called while `during` runs. Slows Redis down: not for measuring speed. */
export async function monitored(redis: Redis, during: () => Promise<unknown>): Promise<SeenCall[]> {
  const monitor = await redis.monitor();
  const calls: SeenCall[] = [];
  monitor.on('monitor', (_time: string, [name = '', ...args]: string[], source: string) => {
    const lower = name.toLowerCase();
    if (OURS.has(lower)) return;
    // A script's call names its keys as arguments; that of the script itself, after how many there are.
    calls.push({ source: source === 'lua' ? 'script' : 'client', name: lower, key: args[0] });
  });
  await during();
  monitor.disconnect();
  return calls;
}

export const commandStats = async (redis: Redis): Promise<Map<string, number>> =>
  readCommandStats(await redis.info('commandstats'));
