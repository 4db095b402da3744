import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Children } from './children.ts';
import type { Cores } from './cores.ts';
import { type Durability, startRedis } from './redis.ts';
import type { Side } from './side.ts';
import { startArgs } from './start-args.ts';

const PROGRAM = fileURLToPath(new URL('../reference.js', import.meta.url));
const listening = z.object({ port: z.int() });

/** The bare handler and a Redis of its own. */
export async function startReference(
  children: Children,
  { folder, cores, durability }: { folder: string; cores: Cores; durability: Durability },
): Promise<Side> {
  const redis = await startRedis(children, { folder: join(folder, 'ref'), durability, core: cores.redis });
  const args = [...(await startArgs()), PROGRAM, redis.socketPath];
  const child = children.start(process.execPath, args, { core: cores.server, ipc: true });
  const [said]: unknown[] = await once(child, 'message');
  if (child.pid === undefined) throw new Error('the reference did not start');
  return {
    name: 'reference',
    port: listening.parse(said).port,
    pid: child.pid,
    redis,
    project: '',
    agentToken: '',
    upWith: 'namespace',
    async stop() {
      await children.end(child);
      await redis.stop();
    },
  };
}
