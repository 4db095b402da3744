import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Bare, onBareMachine, parseLine, whyNoBareMachine } from './machine.ts';

const MINUTES_2 = 120_000;

const provided = z.object({ line: z.string(), said: z.array(z.string()), version: z.string(), server: z.string() });

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bare-'));
});

afterAll(() => {
  rmdirSync(folder);
});

const bare = (options: Omit<Bare, 'folder' | 'timeoutMs'>) =>
  onBareMachine({ folder, timeoutMs: MINUTES_2, ...options });
const reason = whyNoBareMachine();
const title = `Redis on a machine without one${reason === undefined ? '' : ` (skipped: ${reason})`}`;
const RUN = 'node e2e/provisioning/provide-and-run.mjs';

describe.skipIf(reason !== undefined)(title, () => {
  test('root gets it from the system, and its service is neither started nor there at the next boot', {
    timeout: MINUTES_2,
  }, async () => {
    // What the package's own scripts call to start a service asks the policy; here it writes the answer down.
    const witness = `printf '#!/bin/sh\n/usr/sbin/policy-rc.d; echo $* $? >> ~/services\n' > /usr/sbin/invoke-rc.d`;
    const { lines, stderr } = await bare({
      user: 'root',
      script: `rm -f /usr/sbin/policy-rc.d; ${witness}; ${RUN}; ls /etc/rc3.d | grep redis; ls /usr/sbin/policy-rc.d; cat ~/services`,
    });
    expect(parseLine(provided, lines[0], stderr)).toMatchObject({
      said: ['apt-get install redis-server into /usr/bin'],
      server: '/usr/bin/redis-server',
      version: expect.stringMatching(/^\d+\./),
    });
    expect(lines[1]).toMatch(/^K\d\dredis-server$/);
    expect(lines.slice(2)).toEqual([expect.stringMatching(/redis-server start 101$/)]);
    expect(stderr).toContain("cannot access '/usr/sbin/policy-rc.d'");
  });

  test('without root it is a private copy in the cache, found again by the next start', {
    timeout: MINUTES_2,
  }, async () => {
    const { lines, stderr } = await bare({
      user: 'nobody',
      script: `command -v redis-server; ${RUN} && PATH=$(dirname "$(command -v node)") ${RUN}`,
    });
    const [first, second] = lines.map((line) => parseLine(provided, line, stderr));
    const server = '/home/bare/.cache/signalbox/redis/usr/bin/redis-server';
    expect(first).toMatchObject({
      server,
      said: ['a private copy of redis-server into /home/bare/.cache/signalbox/redis'],
    });
    expect(second).toMatchObject({ server, said: [], version: first?.version });
  });

  test('without root and without the package lists of the system, too', { timeout: MINUTES_2 }, async () => {
    const { lines, stderr } = await bare({ user: 'nobody', lists: 'none', script: RUN });
    expect(parseLine(provided, lines[0], stderr).server).toContain('/home/bare/.cache/');
  });

  test('a Redis on PATH that is too old is passed over', { timeout: MINUTES_2 }, async () => {
    const old =
      "mkdir ~/bin && printf '#!/bin/sh\\necho Redis server v=6.2.14\\n' > ~/bin/redis-server && chmod +x ~/bin/redis-server";
    const { lines, stderr } = await bare({ user: 'nobody', script: `${old} && PATH=~/bin:$PATH ${RUN}` });
    expect(parseLine(provided, lines[0], stderr).server).toContain('/home/bare/.cache/');
  });

  test.each([
    ['root', '\n  apt-get install -y redis-server\n'],
    ['nobody', 'apt-get download redis-server'],
  ] as const)(
    'SIGNALBOX_NO_INSTALL=1 stops %s with the command to run, and nothing is changed',
    async (user, command) => {
      const { code, lines, stderr } = await bare({
        user,
        env: { SIGNALBOX_NO_INSTALL: '1' },
        script: 'node scripts/start.mjs; code=$?; find ~ -mindepth 1; command -v redis-server; exit $code',
      });
      expect(code).toBe(1);
      expect(stderr).toContain(command);
      expect(lines).toHaveLength(1); // the line of the packages
    },
  );
});
