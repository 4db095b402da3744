// Does on the bare machine what `npm start` does about Redis, then starts it, and prints what came of it as JSON.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideRedis } from '../../scripts/lib/redis.mjs';
import { startEmbeddedRedis } from '../../server/dist/redis/embedded.js';

const said = [];
const env = { ...process.env };
const line = await provideRedis(env, (text) => said.push(text));
const dataDir = mkdtempSync(join(tmpdir(), 'provided-'));
const redis = await startEmbeddedRedis({
  dataDir,
  server: env.SIGNALBOX_REDIS_SERVER,
  lib: env.SIGNALBOX_REDIS_LIB,
});
await redis.stop();
rmSync(dataDir, { recursive: true });
console.log(JSON.stringify({ line, said, version: redis.version, server: env.SIGNALBOX_REDIS_SERVER }));
