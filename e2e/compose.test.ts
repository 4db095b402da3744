import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig, SETTINGS } from '@signalbox/server/config';
import { DURABLE_ARGUMENTS } from '@signalbox/server/redis/embedded-process';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

// No container engine runs where these tests run: what can be compared without one, is.

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  command: z.string().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }),
});
const compose = z
  .object({ services: z.object({ hub: service, redis: service }), volumes: z.record(z.string(), z.null()) })
  .parse(parse(read('docker-compose.yml')));
const { hub, redis } = compose.services;

const manifest = z
  .object({ version: z.string(), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(read('package.json')));

/** The rests of all lines of the Dockerfile that begin with this instruction. */
function instructions(name: string): string[] {
  const lines = read('Dockerfile')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

const imageEnvironment = Object.fromEntries(
  instructions('ENV').flatMap((line) => [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value])),
);
const port = SETTINGS.port.fallback;

test('every environment name is one the hub knows', () => {
  const known = Object.values(SETTINGS).flatMap((setting) => ('env' in setting ? [setting.env] : []));
  const used = [...Object.keys(imageEnvironment), ...Object.keys(hub.environment)].filter(
    (name) => name !== 'NODE_ENV',
  );
  expect(used.length).toBeGreaterThan(0);
  for (const name of used) expect(known).toContain(name);
});

test('the hub starts with this configuration, on the Redis beside it', () => {
  const parsed = parseConfig([], { ...imageEnvironment, ...hub.environment }, '/signalbox');
  expect(parsed).toMatchObject({
    ok: true,
    config: {
      host: '0.0.0.0',
      port: Number(port),
      dataDir: '/data',
      redis: { kind: 'external', url: 'redis://redis:6379' },
      behindTlsProxy: true,
    },
  });
  expect(hub.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
});

test('the image alone refuses to be reachable without somebody saying so', () => {
  expect(parseConfig([], imageEnvironment, '/signalbox')).toMatchObject({
    ok: false,
    faults: [expect.stringContaining('--behind-tls-proxy')],
  });
});

test("the hub's port is published on loopback only, and Redis's not at all", () => {
  expect(instructions('EXPOSE')).toEqual([port]);
  expect(hub.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  expect(redis.ports).toEqual([]);
});

test('both health checks ask the health path on the port', () => {
  const [image] = instructions('HEALTHCHECK');
  const asked = `http://127.0.0.1:${port}/healthz`;
  expect(image).toContain(asked);
  expect(hub.healthcheck.test.join(' ')).toContain(asked);
  expect(redis.healthcheck.test).toEqual(['CMD', 'redis-cli', 'ping']);
});

test('images: the Node that the product supports, the Redis that the hub needs, the version of this checkout', () => {
  const oldest = manifest.engines.node.replace('>=', '').split('.')[0];
  for (const from of instructions('FROM')) expect(from).toMatch(new RegExp(`^node:${oldest}-slim( |$)`));
  expect(redis.image).toMatch(/^redis:[7-9]/);
  expect(hub.image).toBe(`signalbox:${manifest.version}`);
});

test('the Redis loses nothing that the embedded one would keep', () => {
  const embedded = DURABLE_ARGUMENTS.map((word) => (word === '' ? '""' : word)).join(' ');
  expect(redis.command).toBe(`redis-server ${embedded}`);
});

test('data outlives the containers, and the hub does not run as root', () => {
  const [volume] = instructions('VOLUME');
  expect(hub.volumes).toEqual([`hub:${volume}`]);
  expect(redis.volumes).toEqual(['redis:/data']);
  expect(Object.keys(compose.volumes)).toEqual(['hub', 'redis']);
  expect(instructions('USER')).toEqual(['node']);
});

test('what the Dockerfile copies and runs is there', () => {
  const sources = instructions('COPY')
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(' ').slice(0, -1));
  for (const source of sources) expect(existsSync(join(ROOT, source)), source).toBe(true);
  const { scripts } = z.object({ scripts: z.object({ start: z.string() }) }).parse(JSON.parse(read('package.json')));
  const started = scripts.start.replace('exec ', '').replace('start.mjs', 'hub.mjs').split(' ');
  expect(instructions('CMD').map((line) => JSON.parse(line))).toEqual([started]);
  expect(existsSync(join(ROOT, 'scripts/hub.mjs'))).toBe(true);
});
