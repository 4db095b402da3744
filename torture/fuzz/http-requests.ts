import type { Random } from '../random.ts';
import type { HttpRequest } from './http-wire.ts';
import type { Inputs } from './inputs.ts';
import type { PublishedCommand } from './published.ts';

export interface HttpMaterial {
  host: string;
  project: string;
  tokens: readonly string[];
  /** Headers of a registered agent, with its token. */
  agent: Readonly<Record<string, string>>;
  inputs: Inputs;
}

interface Draft {
  method: string;
  target: string;
  headers: [name: string, value: string][];
  body: Buffer;
  broken: boolean;
}

const PLAIN = 0.45;

/** The next request: a command as it should be sent, with a body that may be wrong; or with something else wrong. */
export function httpRequest(material: HttpMaterial, random: Random): HttpRequest {
  const draft = plain(material, random);
  if (!random.chance(PLAIN))
    for (let wrong = 1 + random.below(2); wrong > 0; wrong--) random.pick(WRONGS)(draft, random);
  return bytesOf(draft);
}

function plain({ host, project, tokens, agent, inputs }: HttpMaterial, random: Random): Draft {
  const asks = random.chance(0.25);
  const command = inputs.command(random, asks ? 'GET' : '');
  const who: [string, string][] = random.chance(0.4)
    ? Object.entries(agent)
    : [['Authorization', `Bearer ${random.pick(tokens)}`]];
  const path = `/api/v1/projects/${project}/${command.name}`;
  const input = inputs.text(command, random);
  return asks
    ? {
        method: 'GET',
        target: path + queryOf(command, random),
        headers: [['Host', host], ...who],
        body: Buffer.alloc(0),
        broken: false,
      }
    : {
        method: 'POST',
        target: path,
        headers: [['Host', host], ['Content-Type', 'application/json'], ...who],
        body: Buffer.from(input),
        broken: false,
      };
}

const VALUES = [
  '',
  '1',
  '-1',
  '1e400',
  'NaN',
  'T-1',
  'fuzz-1',
  '%00',
  '%ff',
  '%',
  '[]',
  '%7B%7D',
  'true',
  '__proto__',
  'a%0d%0ab',
  'x'.repeat(3_000),
];

function queryOf({ input }: PublishedCommand, random: Random): string {
  const names = [...Object.keys(input.properties ?? {}), '__proto__', 'nonsense', '', 'limit', 'limit[]', 'a[b][c]'];
  const count = random.below(4);
  if (count === 0) return random.pick(['', '?', '?&&&', '?=']);
  return `?${Array.from({ length: count }, () => `${random.pick(names)}=${random.pick(VALUES)}`).join('&')}`;
}

type Wrong = (draft: Draft, random: Random) => void;

const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'post',
  'X',
  'M-SEARCH',
];
const TARGETS = [
  ...[
    '/',
    '/healthz',
    '/readyz',
    '/metrics',
    '/docs',
    '/openapi.json',
    '/asyncapi.json',
    '/agent.md',
    '/session',
    '/index.html',
  ],
  ...[
    '/api',
    '/api/v1',
    '/api/v2/projects/x/task.list',
    '/api/v1/projects',
    '/api/v1/projects//task.list',
    '//evil.example/x',
  ],
  ...[
    '/%',
    '/%00',
    '/%ff%fe',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/../../etc/passwd',
    '/assets/../../package.json',
  ],
  ...[
    '/.git/config',
    '/assets/%00.js',
    '/assets/%5c..%5c',
    '/socket.io',
    '/socket.io/',
    '/socket.io/?EIO=4&transport=polling',
  ],
  ...[
    '/socket.io/?EIO=3&transport=websocket',
    '/socket.io/?transport=__proto__',
    '/socket.io/?EIO=4&transport=websocket&sid=x',
    '/socket.io/socket.io.js',
  ],
  ...[
    '*',
    'http://evil.example/',
    'evil.example:80',
    '/\u00e9',
    `/${'a'.repeat(9_000)}`,
    `/${'a/'.repeat(20_000)}`,
    '/x?y#z',
    '/ x',
    '?',
    '',
  ],
  ...[
    '/dl/signalbox.tgz%00',
    '/api/v1/projects/__proto__/task.list',
    '/api/v1/projects/_hub/constructor',
    '/api/v1/projects/%E0%A4%A/task.list',
  ],
];
const HEADERS: readonly [string, string][] = [
  ...[
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Basic YTpi',
    'Bearer sb_',
    `Bearer sb_${'A'.repeat(60)}`,
    `Bearer ${'x'.repeat(7_000)}`,
    'Bearer \u00e9',
  ].map((value): [string, string] => ['Authorization', value]),
  ...[
    'signalbox_0=x',
    '=;;=',
    '__proto__=1',
    `a=${'%'.repeat(3_000)}`,
    'signalbox_3334=%E0%A4%A; signalbox_3334=2',
  ].map((value): [string, string] => ['Cookie', value]),
  ...[
    'text/html',
    '',
    'application/json; charset=utf-7',
    'application/json; charset=',
    'multipart/form-data',
    ';;;',
    'application/x-www-form-urlencoded',
  ].map((value): [string, string] => ['Content-Type', value]),
  ...['gzip', 'deflate', 'br', 'x', 'gzip, gzip'].map((value): [string, string] => ['Content-Encoding', value]),
  ...['x', '1', '-1.-1', '1.2.3', '999999999999999.1', `1.${'9'.repeat(15)}`].map((value): [string, string] => [
    'Signalbox-Seen',
    value,
  ]),
  ...['', 'x', 'human:owner', 'hub', '__proto__', 'fuzz-1'].map((value): [string, string] => [
    'Signalbox-Agent',
    value,
  ]),
  ...['', '0', '-1', '1e3', '9'.repeat(15), 'NaN'].map((value): [string, string] => ['Signalbox-Connection', value]),
  ['Expect', '100-continue'],
  ['Expect', 'x'],
  ['Range', 'bytes=9999999-'],
  ['Accept', '\u0001'],
  ['Connection', 'upgrade'],
  ['Upgrade', 'websocket'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['Large', 'x'.repeat(20_000)],
  ['Na me', 'x'],
  ['\u0000', 'x'],
  ['Fold', 'a\r\n b'],
];

const set = (draft: Draft, name: string, value: string): void => {
  draft.headers = [...draft.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase()), [name, value]];
};
/** After this nobody can say where the body ends. */
const breaks = (draft: Draft): void => {
  draft.broken = true;
};

const WRONGS: readonly Wrong[] = [
  (draft, random) => {
    draft.method = random.pick(METHODS);
    if (draft.method !== draft.method.toUpperCase() || draft.method === 'X') breaks(draft);
  },
  (draft, random) => {
    draft.target = random.pick(TARGETS);
    if (/^$|[ \u0080-\uffff]|a{4000}|(a\/){9}|^[^/]/.test(draft.target)) breaks(draft);
  },
  (draft, random) => {
    draft.target = draft.target.replace(/\./, random.pick(['%2e', '.%00', '..', '/', '', '%', '\u00b7']));
    if (/[\u0080-\uffff]/.test(draft.target)) breaks(draft);
  },
  (draft, random) => set(draft, ...random.pick(HEADERS)),
  (draft, random) => {
    draft.headers.push(random.pick(HEADERS));
    breaks(draft);
  },
  (draft, random) => {
    draft.body = Buffer.from(draft.body.subarray(0, random.below(draft.body.length + 1)));
  },
  (draft, random) => {
    draft.body = random.pick([
      Buffer.from([0xff, 0xfe, 0, 0]),
      Buffer.from('\ufeff{}'),
      Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
      Buffer.from('null'),
      Buffer.from('"'),
      Buffer.from('NaN'),
    ]);
  },
  (draft, random) => {
    set(
      draft,
      'Content-Length',
      random.pick([String(draft.body.length + 50), '0', '-1', '1e3', '0x10', '99999999999', '', '5, 5', '+5']),
    );
    breaks(draft);
  },
  (draft, random) => {
    set(draft, 'Transfer-Encoding', random.pick(['chunked', 'gzip', 'chunked, identity', 'xchunked', 'chunked\t', '']));
    draft.body = random.pick([
      Buffer.from('zz\r\n{}\r\n0\r\n\r\n'),
      Buffer.from('-1\r\n'),
      Buffer.from('ffffffffffffffff\r\nx'),
      Buffer.from('5\r\n{}'),
      Buffer.from('2;x=y\r\n{}\r\n0\r\nTrailer: x\r\n\r\n'),
    ]);
    breaks(draft);
  },
  (draft) => {
    set(draft, 'Content-Length', '2');
    draft.headers.push(['Transfer-Encoding', 'chunked']);
    breaks(draft);
  },
  (draft) => {
    draft.headers = draft.headers.filter(([name]) => name !== 'Host');
    breaks(draft);
  },
  (draft, random) => {
    set(draft, 'Host', random.pick(['', 'evil.example', 'localhost:1', 'localhost@evil.example', '[::', '\u0001']));
    breaks(draft);
  },
  (draft, random) => set(draft, 'Origin', random.pick(['null', '', 'http://evil.example', 'file://', '*'])),
  (draft, random) => {
    draft.body = Buffer.from(random.pick(['[', '{"a":']).repeat(random.pick([2_000, 30_000])));
  },
];

function bytesOf({ method, target, headers, body, broken }: Draft): HttpRequest {
  const framed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const length: [string, string][] =
    framed || (body.length === 0 && method !== 'POST') ? [] : [['Content-Length', String(body.length)]];
  const head = [...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return { bytes: Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`), body]), broken };
}
