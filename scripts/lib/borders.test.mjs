import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBreaches } from './borders.mjs';

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'borders-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** A small repository that keeps all rules; a test adds its breach. */
const LAWFUL = {
  'shared/src/ids.ts': "import { z } from 'zod';",
  'shared/src/time.ts': '',
  'shared/src/records/task.ts': "import { z } from 'zod';\nimport '../ids.ts';",
  'sdk/src/index.ts': "import '@signalbox/shared/records/task';\nimport { io } from 'socket.io-client';",
  'sdk/src/feed.ts': "import '@signalbox/shared/time';\nimport type { Task } from '@signalbox/shared/records/task';",
  'cli/src/main.ts': "import '@signalbox/sdk/index';\nimport { Command } from 'commander';\nimport 'node:fs';",
  'server/src/main.ts': "import './create-hub.ts';\nimport 'node:process';",
  'server/src/create-hub.ts': "import './transport/http.ts';\nimport './health/score.ts';\nimport './redis/client.ts';",
  'server/src/transport/http.ts': "import express from 'express';\nimport '../ledger/ledger.ts';",
  'server/src/health/score.ts': "import '../ledger/ledger.ts';",
  'server/src/ledger/ledger.ts': "import '../domain/tasks.ts';\nimport './redis-store.ts';",
  'server/src/ledger/redis-store.ts': "import { Redis } from 'ioredis';\nimport '../redis/client.ts';",
  'server/src/domain/tasks.ts': "import '@signalbox/shared/records/task';",
  'server/src/domain/tasks.test.ts': "import 'vitest';\nimport 'node:fs';\nimport './tasks.ts';\nimport 'ioredis';",
  'server/src/redis/client.ts': "import { Redis } from 'ioredis';",
  'client/src/main.tsx': "import './app/router.tsx';",
  'client/src/app/router.tsx': "import '../features/floor/page.tsx';\nimport '../features/tasks/page.tsx';",
  'client/src/features/floor/page.tsx': "import '../../ui/chart.tsx';\nimport '../../hub/store.ts';",
  'client/src/features/tasks/page.tsx': "import type { Task } from '@signalbox/shared/records/task';",
  'client/src/hub/store.ts': "import '@signalbox/sdk/feed';",
  'client/src/ui/chart.tsx': "import { Line } from 'recharts';",
  'scripts/start.mjs': "import './lib/phases.mjs';",
  'scripts/lib/phases.mjs': "import 'node:fs';",
};

/** The breaches of the lawful repository with these lines added to its files. */
function breachesOf(added) {
  const files = { ...LAWFUL };
  for (const [file, line] of Object.entries(added)) files[file] = `${files[file] ?? ''}\n${line}`;
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return findBreaches(root);
}

test('a repository that keeps the rules has no breach', () => {
  expect(breachesOf({})).toEqual([]);
});

test.each([
  ['shared/src/ids.ts', "import '@signalbox/sdk/feed';", 'shared may not import sdk'],
  ['shared/src/ids.ts', "import 'node:fs';", 'shared is pure: no Node'],
  ['shared/src/ids.ts', "import 'fs/promises';", 'shared is pure: no Node'],
  ['shared/src/ids.ts', "import 'pino';", 'shared imports zod only'],
  ['sdk/src/index.ts', "import '@signalbox/cli/main';", 'sdk may not import cli'],
  ['sdk/src/index.ts', "import '../../shared/src/time.ts';", 'another workspace is imported by its name'],
  ['cli/src/main.ts', "import '@signalbox/server/main';", 'cli may not import server'],
  ['cli/src/main.ts', "import 'socket.io-client';", 'socket.io-client is imported in'],
  ['server/src/main.ts', "import '@signalbox/sdk/index';", 'server may not import sdk'],
  ['server/src/main.ts', "import './domain/tasks.ts';", 'main may not import domain'],
  ['server/src/main.ts', "import 'ioredis';", 'ioredis is imported in'],
  ['server/src/ledger/ledger.ts', "import 'ioredis';", 'ioredis is imported in'],
  ['server/src/health/score.ts', "import 'socket.io';", 'socket.io is imported in'],
  ['server/src/create-hub.ts', "import 'express';", 'express is imported in'],
  ['server/src/domain/tasks.ts', "import '../redis/client.ts';", 'domain may not import redis'],
  ['server/src/domain/tasks.ts', "import 'node:crypto';", 'domain is pure: no Node'],
  ['server/src/domain/tasks.ts', "import 'pino';", 'domain imports zod only'],
  ['server/src/redis/client.ts', "import '../domain/tasks.ts';", 'redis may not import domain'],
  ['server/src/ledger/redis-store.ts', "import '../transport/http.ts';", 'ledger may not import transport'],
  ['server/src/transport/http.ts', "import '../redis/client.ts';", 'transport may not import redis'],
  ['server/src/transport/http.ts', "import '../attic/old.ts';", 'the room "attic" is not in the table'],
  ['server/src/transport/http.ts', "import '../domain/tasks.test.ts';", 'only tests import tests'],
  ['client/src/hub/store.ts', "import '@signalbox/server/main';", 'client may not import server'],
  ['client/src/hub/store.ts', "import '../ui/chart.tsx';", 'hub may not import ui'],
  ['client/src/hub/store.ts', "import 'node:events';", 'the client runs in a browser'],
  ['client/src/features/floor/page.tsx', "import '../tasks/page.tsx';", 'features never import features'],
  ['client/src/features/floor/page.tsx', "import 'recharts';", 'recharts is imported in'],
  ['client/src/features/floor/page.tsx', "import '@signalbox/shared/records/task';", 'only types from records'],
  ['scripts/lib/phases.mjs', "import 'pino';", 'scripts run before anything is installed'],
  ['scripts/lib/phases.mjs', "import '@signalbox/shared/time';", 'scripts may not import shared'],
])('%s with %s', (file, line, expected) => {
  const specifier = /'(.+)'/.exec(line)[1];
  expect(breachesOf({ [file]: line })).toContainEqual(
    expect.stringMatching(new RegExp(`^${file} imports ${specifier}: .*${expected}`)),
  );
});

test('imports in a circle are found, with all their files', () => {
  expect(
    breachesOf({
      'server/src/domain/tasks.ts': "import type { A } from './a.ts';",
      'server/src/domain/a.ts': "import './tasks.ts';",
    }),
  ).toEqual([
    'imports run in a circle: server/src/domain/tasks.ts → server/src/domain/a.ts → server/src/domain/tasks.ts',
  ]);
});

test('the schema library is found in the bundle of the browser through any number of steps', () => {
  expect(
    breachesOf({ 'sdk/src/feed.ts': "import './frames.ts';", 'sdk/src/frames.ts': "import '@signalbox/shared/ids';" }),
  ).toContain("zod would be in the browser's bundle: sdk/src/feed.ts → sdk/src/frames.ts → shared/src/ids.ts → zod");
});

test('a file that only its test needs is dead', () => {
  expect(breachesOf({ 'server/src/domain/old.ts': '', 'server/src/domain/old.test.ts': "import './old.ts';" })).toEqual(
    [expect.stringMatching(/^server\/src\/domain\/old\.ts is imported by nothing but tests/)],
  );
});
