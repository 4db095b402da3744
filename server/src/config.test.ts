import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Config, describeSettings, parseConfig, SETTINGS } from './config.ts';

function configOf(argv: string[], env: NodeJS.ProcessEnv = {}): Config {
  const parsed = parseConfig(argv, env, '/srv/here');
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  return parsed.config;
}

function faultsOf(argv: string[], env: NodeJS.ProcessEnv = {}): string[] {
  const parsed = parseConfig(argv, env, '/srv/here');
  return parsed.ok ? [] : parsed.faults;
}

test('with nothing said, the hub is private and keeps everything in the working folder', () => {
  expect(configOf([])).toEqual({
    host: '127.0.0.1',
    port: 3334,
    portIsExplicit: false,
    dataDir: '/srv/here/.signalbox',
    redis: { kind: 'embedded', server: 'redis-server', lib: undefined },
    ownerToken: undefined,
    ownerTokenFile: undefined,
    hubKeyFile: undefined,
    behindTlsProxy: false,
    logLevel: 'info',
    demo: false,
    help: false,
  });
});

test.each<[string, string[], NodeJS.ProcessEnv, Partial<Config>]>([
  ['a flag wins over its variable', ['--port', '4000'], { SIGNALBOX_PORT: '5000' }, { port: 4000 }],
  ['the default port, asked for, is explicit', ['--port=3334'], {}, { port: 3334, portIsExplicit: true }],
  ['a port by variable is explicit', [], { SIGNALBOX_PORT: '0' }, { port: 0, portIsExplicit: true }],
  ['an empty variable is not set', [], { SIGNALBOX_PORT: '', SIGNALBOX_REDIS_URL: '' }, { portIsExplicit: false }],
  ['loopback has many names', ['--host', '::1'], {}, { host: '::1' }],
  ['an address may be written as in a URL', ['--host', '[::1]'], {}, { host: '::1' }],
  [
    'beyond loopback behind a proxy',
    ['--host', '0.0.0.0', '--behind-tls-proxy'],
    {},
    { host: '0.0.0.0', behindTlsProxy: true },
  ],
  ['a switch by variable', [], { SIGNALBOX_BEHIND_TLS_PROXY: '1' }, { behindTlsProxy: true }],
  ['a switch off by variable', [], { SIGNALBOX_BEHIND_TLS_PROXY: 'false' }, { behindTlsProxy: false }],
  [
    'paths start at the working folder',
    ['--data-dir', 'data', '--hub-key-file', '/k'],
    {},
    { dataDir: '/srv/here/data', hubKeyFile: '/k' },
  ],
  ['a Redis of your own', ['--redis-url', 'redis://h:1'], {}, { redis: { kind: 'external', url: 'redis://h:1' } }],
  [
    'a private copy of Redis',
    [],
    { SIGNALBOX_REDIS_SERVER: '/c/redis-server', SIGNALBOX_REDIS_LIB: '/c/lib' },
    { redis: { kind: 'embedded', server: '/c/redis-server', lib: '/c/lib' } },
  ],
  ['log level', ['--log-level', 'debug'], {}, { logLevel: 'debug' }],
  ['the demo', ['--demo'], {}, { demo: true }],
])('%s', (_, argv, env, expected) => {
  expect(configOf(argv, env)).toMatchObject(expected);
});

test.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
  ['an unknown flag', ['--prot=1'], {}, /^--prot is no setting/],
  ['a short flag', ['-h'], {}, /^-h is no setting/],
  ['a name every object has', ['--constructor'], {}, /^--constructor is no setting/],
  ['a stray word', ['start'], {}, /^"start" is no setting/],
  ['a flag without its value', ['--port'], {}, /^--port needs a value/],
  ['a switch with a value', ['--demo=no'], {}, /^--demo takes no value/],
  ['a port that is none', ['--port', '70000'], {}, /^--port must be a number from 0 to 65535, not "70000"/],
  ['a port that is none, by variable', [], { SIGNALBOX_PORT: '1e3' }, /^SIGNALBOX_PORT must be a number/],
  ['a host beyond loopback', ['--host', '0.0.0.0'], {}, /^--host 0\.0\.0\.0 .* add --behind-tls-proxy/],
  ['the same by variable', [], { SIGNALBOX_HOST: 'example.org' }, /^SIGNALBOX_HOST example\.org .* --behind-tls-proxy/],
  ['a switch that is neither', [], { SIGNALBOX_BEHIND_TLS_PROXY: 'maybe' }, /must be on or off/],
  ['a log level that is none', ['--log-level', 'loud'], {}, /^--log-level must be one of .*info/],
  ['a Redis URL that is none', ['--redis-url', 'localhost:6379'], {}, /^--redis-url must look like redis:/],
  ['an owner token too short', [], { SIGNALBOX_OWNER_TOKEN: 'short' }, /^SIGNALBOX_OWNER_TOKEN must be 32 characters/],
  ['a token file that is not there', ['--owner-token-file', 'no/such'], {}, /here\/no\/such can't be read/],
  ['a token given twice', ['--owner-token-file', 'f'], { SIGNALBOX_OWNER_TOKEN: 'o'.repeat(32) }, /both set: keep one/],
])('%s is a fault that says what to do', (_, argv, env, expected) => {
  expect(faultsOf(argv, env)).toEqual([expect.stringMatching(expected)]);
});

test('all faults are found at once, and a password in a URL is not repeated', () => {
  const faults = faultsOf(['--port', 'x', '--wrong'], {
    SIGNALBOX_HOST: '0.0.0.0',
    SIGNALBOX_REDIS_URL: 'http://u:hush@h',
  });
  expect(faults).toHaveLength(4);
  expect(faults.join()).not.toContain('hush');
});

test('the owner token may come from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const file = join(folder, 'token');
  const token = 'a-token-of-thirty-two-characters-or-more';
  writeFileSync(file, `${token}\n`);
  try {
    expect(configOf([], { SIGNALBOX_OWNER_TOKEN_FILE: file })).toMatchObject({
      ownerToken: token,
      ownerTokenFile: file,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the help names every setting, and no secret has a flag', () => {
  const help = describeSettings();
  for (const setting of Object.values(SETTINGS)) {
    if ('env' in setting) expect(help).toContain(setting.env);
    if ('flag' in setting) expect(help).toContain(`--${setting.flag}`);
  }
  expect(Object.keys(SETTINGS.ownerToken)).not.toContain('flag');
});
