import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

/**
 * What the hub is compared with: the least that answers the same frames. Socket.IO with its defaults for a websocket,
 * plain ioredis, one script per claim. No authentication, no validation, no receipts, no audit, nobody watching; a lock
 * is a key with a lease.
 */

/** KEYS 1 counter of fences; the rest a key per path. ARGV 1 holder, 2 lease in ms. All paths or none. */
const CLAIM = `
for i = 2, #KEYS do
  local holder = redis.call('GET', KEYS[i])
  if holder then return { 0, holder } end
end
local fence = redis.call('INCR', KEYS[1])
for i = 2, #KEYS do redis.call('SET', KEYS[i], ARGV[1] .. ' ' .. fence, 'PX', ARGV[2]) end
return { 1, fence }`;

/** KEYS 1 the path. ARGV 1 holder and fence. */
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

const LEASE_MS = 120_000;

type Answer = (ack: object) => void;

interface Events {
  'lock.claim': (input: { paths: string[] }, answer: Answer) => void;
  'lock.release': (input: { lockId: string; fence: string }, answer: Answer) => void;
  'agent.heartbeat': (input: object, answer: Answer) => void;
}

declare module 'ioredis' {
  interface RedisCommander {
    claim(keys: number, ...keysAndArguments: (string | number)[]): Promise<[granted: number, value: number | string]>;
    release(path: string, value: string): Promise<number>;
  }
}

const [socketPath = ''] = process.argv.slice(2);
const redis = new Redis({
  path: socketPath,
  scripts: { claim: { lua: CLAIM }, release: { lua: RELEASE, numberOfKeys: 1 } },
});
const httpServer = createServer();
const io = new Server<Events>(httpServer, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });

io.of('/agent').on('connection', (socket) => {
  const holder = socket.id;
  socket.on('lock.claim', async ({ paths }, answer) => {
    const [granted, value] = await redis.claim(paths.length + 1, 'fence', ...paths, holder, LEASE_MS);
    if (granted === 0) answer({ ok: false, error: { code: 'LOCK_HELD', message: `${value} holds it.` } });
    else answer({ ok: true, granted: true, lockId: paths[0], fence: String(value), paths, expiresInMs: LEASE_MS });
  });
  socket.on('lock.release', async ({ lockId, fence }, answer) => {
    answer({ ok: (await redis.release(lockId, `${holder} ${fence}`)) === 1 });
  });
  socket.on('agent.heartbeat', (_input, answer) => answer({ ok: true }));
});

httpServer.listen(0, '127.0.0.1', () => {
  const address = httpServer.address();
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
process.on('disconnect', () => process.exit());
