import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SETTINGS, type Setting } from '@signalbox/server/config';
import { ALARM_CODES } from '@signalbox/shared/alarms';
import { COMMANDS } from '@signalbox/shared/commands';
import { ERROR_CODES } from '@signalbox/shared/errors';
import * as limits from '@signalbox/shared/limits';
import { WAIT_CODES } from '@signalbox/shared/records/task';
import * as time from '@signalbox/shared/time';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';
import { pages, ROOT, readPage } from './snippets.ts';

// What the pages say, compared with what is: names, addresses, settings, numbers, links.

const PAGES = pages().filter((file) => !file.startsWith('docs/decisions/'));
const FENCED = /^(`{3,}).*\n[\s\S]*?^\1$/gm;
/** Every `word in backticks` of a page. */
const named = (file: string): string[] =>
  [
    ...readPage(file)
      .replaceAll(FENCED, '')
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, text = '']) => text);

const commands: readonly string[] = COMMANDS.map(({ name }) => name);
const nouns = [...new Set(commands.map((name) => name.split('.')[0]))];
const EVENTS = ['task.assigned', 'task.withdrawn', 'lock.granted', 'lock.lost', 'question.answered'];

describe.each(PAGES)('%s', (file) => {
  test('leads nowhere that is not there', () => {
    const links = [...readPage(file).matchAll(/\]\(([^)#\s]+)(?:#([^)]*))?\)/g)];
    for (const [, to = '', anchor] of links.filter(([, to = '']) => !to.startsWith('http'))) {
      const target = join(ROOT, dirname(file), to);
      expect(existsSync(target), to).toBe(true);
      if (anchor !== undefined)
        expect(readFileSync(target, 'utf8').toLowerCase()).toContain(anchor.replaceAll('-', ' '));
    }
  });

  test('names commands and events there are', () => {
    const about = new RegExp(`^(?:${nouns.join('|')})\\.[a-zA-Z]+`);
    for (const name of named(file).flatMap((text) => about.exec(text) ?? []))
      expect([...commands, ...EVENTS]).toContain(name);
  });

  test('names codes there are', () => {
    const codes: readonly string[] = [...ERROR_CODES, ...WAIT_CODES, ...ALARM_CODES];
    for (const code of named(file).filter((text) => /^[A-Z]+(_[A-Z]+)*$/.test(text) && text.length > 3))
      if (!code.startsWith('SIGNALBOX_')) expect(codes).toContain(code);
  });
});

test('every command line on a page is one the terminal knows', () => {
  const help = execFileSync(process.execPath, [join(ROOT, 'cli/bin/signalbox.js'), '--help'], { encoding: 'utf8' });
  for (const [, first = '', second] of PAGES.flatMap((file) => [
    ...readPage(file).matchAll(/npx signalbox ([a-z]+)(?: ([a-zA-Z]+))?/g),
  ]))
    if (nouns.includes(first)) expect(commands).toContain(`${first}.${second}`);
    else expect(help).toMatch(new RegExp(`^ {2}${first} `, 'm'));
});

const settings: readonly Setting[] = Object.values(SETTINGS);

test('every environment variable on a page is a setting of the hub, or one its clients read', () => {
  const clients = readFileSync(join(ROOT, 'sdk/src/local-hub.ts'), 'utf8');
  for (const name of PAGES.flatMap((file) => readPage(file).match(/\bSIGNALBOX_[A-Z_]+/g) ?? []))
    expect(settings.some(({ env }) => env === name) || clients.includes(name), name).toBe(true);
});

test('the settings of the README are those of the hub, with their defaults', () => {
  const rows = [...readPage('README.md').matchAll(/^\| (`--.*) \| (.*) \| .* \|$/gm)];
  expect(rows.length).toBeGreaterThan(2);
  for (const [, names = '', defaults = ''] of rows) {
    const flags = [...names.matchAll(/`--([a-z-]+)`/g)].map(([, flag]) => flag);
    const meant = flags.flatMap((flag) => settings.filter((setting) => setting.flag === flag));
    expect(meant).toHaveLength(flags.length);
    for (const env of names.match(/SIGNALBOX_[A-Z_]+/g) ?? [])
      expect(meant.map((setting) => setting.env)).toContain(env);
    const said = [...defaults.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
    if (said.length > 0) expect(meant.map(({ fallback }) => fallback)).toEqual(said);
  }
});

const seconds = (ms: number) => `${ms / 1_000} s`;
const kilobytes = (bytes: number) => `${bytes / 1_024} KB`;
const megabytes = (bytes: number) => `${bytes / 1_024 / 1_024} MB`;
const many = (count: number) => count.toLocaleString('en');

test.each<[string, string]>([
  ['README.md', `Late after ${time.lateAfterMs(1)} ×, lost after ${time.lostAfterMs(1)} ×`],
  ['docs/concepts.md', `unless it is renewed; ${seconds(time.LEASE_DEFAULT_MS)}`],
  [
    'docs/concepts.md',
    `(${time.HEARTBEAT_MIN_MS / 1_000}–${seconds(time.HEARTBEAT_MAX_MS)}, ${seconds(time.HEARTBEAT_DEFAULT_MS)} unless it says`,
  ],
  ['docs/protocol.md', `settled within ${seconds(time.REQUEST_TIMEOUT_MS)}`],
  ['docs/protocol.md', `comes again after ${seconds(time.REDELIVER_AFTER_MS)}`],
  ['docs/protocol.md', `Silence of ${time.lateAfterMs(1)} × is late, of ${time.lostAfterMs(1)} × is lost`],
  ['docs/protocol.md', `| a frame or a body | ${megabytes(limits.FRAME_MAX_BYTES)} |`],
  [
    'docs/protocol.md',
    `${kilobytes(limits.COMMAND_MAX_BYTES)}; \`task.createMany\` and \`checkpoint.save\` ${megabytes(limits.LARGE_COMMAND_MAX_BYTES)}`,
  ],
  ['docs/protocol.md', `| a handshake | ${kilobytes(limits.HANDSHAKE_MAX_BYTES)} |`],
  ['docs/protocol.md', `| paths of one claim | ${limits.PATHS_PER_CLAIM} |`],
  ['docs/protocol.md', `waiting claims | ${limits.LOCKS_PER_AGENT} |`],
  ['docs/protocol.md', `unacknowledged messages of one agent | ${many(limits.INBOX_MAX_MESSAGES)} |`],
  ['docs/protocol.md', `open questions of one agent | ${limits.QUESTIONS_PER_AGENT} |`],
  ['docs/protocol.md', `tasks of one plan | ${many(limits.TASKS_PER_PLAN)} |`],
  ['docs/protocol.md', `\`limit\` (${limits.LIST_DEFAULT}, at most ${many(limits.LIST_MAX)})`],
  [
    'docs/security.md',
    `frames and bodies of ${megabytes(limits.FRAME_MAX_BYTES)}, ${kilobytes(limits.HANDSHAKE_MAX_BYTES)} before`,
  ],
])('%s: %s', (file, sentence) => {
  expect(readPage(file)).toContain(sentence);
});

describe('at a running hub', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub();
  }, 60_000);
  afterAll(() => hub?.close());

  test('every address on a page answers', async () => {
    const addresses = new Set(PAGES.flatMap(named).filter((text) => /^\/[a-z.]+(\/[a-z.]+)?$/.test(text)));
    for (const word of ['/socket.io', '/agent', '/control']) addresses.delete(word); // for sockets
    expect(addresses.size).toBeGreaterThan(5);
    for (const address of addresses) expect((await fetch(`${hub.url}${address}`)).status, address).toBe(200);
  });
});
