import type { Random } from '../random.ts';

/** JSON as it stands, for what no value is encoded to. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function jsonOf(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, field]) => `${JSON.stringify(key)}:${jsonOf(field)}`)
      .join(',')}}`;
  return JSON.stringify(value) ?? 'null';
}

const nested = (open: string, depth: number, close: string): Raw => new Raw(open.repeat(depth) + close.repeat(depth));

/** Where the number of a field, the size of an integer or the depth of a stack would be a surprise. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, false, 0, -1, 0.5, 1e21, -0, 2 ** 31, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE],
  ...[new Raw('1e400'), new Raw('-1e400'), new Raw('-0'), new Raw('1E-400'), new Raw(`1${'0'.repeat(400)}`)],
  ...['', ' ', '0', '-1', '1e9', 'NaN', 'null', 'true', '[object Object]', '__proto__', 'constructor', 'toString'],
  ...['\u0000', 'a\u0000b', 'a\nb\r\nc', '\u001b[2J', '\ud800', '\udc00\ud800', '\ufeff', '\u202eevil', '\uffff'],
  ...['../../etc/passwd', '%2e%2e/', '<script>alert(1)</script>', "'; FLUSHALL; --", '\r\nFLUSHALL\r\n', '{{7*7}}'],
  ...[[], {}, [[]], [{}], [null], { length: -1 }, new Raw('{"then":1}'), { toJSON: 1 }, { valueOf: null }],
  ...['x'.repeat(300), 'é'.repeat(5_000), '😀'.repeat(300), '*'.repeat(200), '**/'.repeat(150)],
  ...[50, 900, 1_100, 3_000].map((depth) => nested('[', depth, ']')),
  ...[50, 900, 1_100, 3_000].map((depth) => new Raw(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)),
];
/** What costs more to make and to send, and is sent less often. */
const LARGE: readonly unknown[] = [
  nested('[', 30_000, ']'),
  'x'.repeat(70_000),
  Array.from({ length: 20_000 }, () => 0),
  Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`k${n}`, n])),
];
const KEYS = [
  'nonsense',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '0',
  'a.b',
  'ok',
] as const;
const LARGE_SHARE = 0.01;
/** Characters: what is repeated may be repeated again. */
const MAX_REPEATED = 8_000;

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Raw);

/** The value with one thing wrong somewhere in it. */
export function mutate(value: unknown, random: Random): unknown {
  if (isFields(value) && random.chance(0.75)) {
    const keys = Object.keys(value);
    if (keys.length > 0) {
      const key = random.pick(keys);
      return { ...value, [key]: mutate(value[key], random) };
    }
  }
  if (Array.isArray(value) && value.length > 0 && random.chance(0.5)) {
    const at = random.below(value.length);
    return value.map((item: unknown, n) => (n === at ? mutate(item, random) : item));
  }
  return random.pick(isFields(value) ? [...ON_FIELDS, ...ON_ANY] : ON_ANY)(value, random);
}

type Operation<T> = (value: T, random: Random) => unknown;

const hostile = (random: Random): unknown => random.pick(random.chance(LARGE_SHARE) ? LARGE : HOSTILE);

const ON_ANY: readonly Operation<unknown>[] = [
  (_, random) => hostile(random),
  (_, random) => hostile(random),
  (value) => [value],
  (value) => ({ value }),
  (value) => jsonOf(value),
  (value, random) => {
    const length = Math.min(random.pick([2, 13, 201, 1_001]), Math.ceil(MAX_REPEATED / jsonOf(value).length));
    return Array.from({ length }, () => value);
  },
];

const without = (value: unknown, gone: string): Fields =>
  isFields(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== gone)) : {};

const ON_FIELDS: readonly Operation<unknown>[] = [
  (value, random) => without(value, random.pick(['', ...(isFields(value) ? Object.keys(value) : [])])),
  (value, random) => ({ ...(isFields(value) ? value : {}), [random.pick(KEYS)]: hostile(random) }),
  (value, random) => ({ ...(isFields(value) ? value : {}), [random.pick(KEYS)]: { isAdmin: true, role: 'admin' } }),
  (value, random) => ({ ...(isFields(value) ? value : {}), requestId: random.pick(['same', '', 7, hostile(random)]) }),
  // The same key twice: whoever reads the first and whoever reads the last must not be two parts of the hub.
  (value, random) =>
    new Raw(
      `{${jsonOf(value).slice(1, -1) || '"a":1'},${jsonOf(value).slice(1, -1) || '"a":2'},"to":${jsonOf(hostile(random))}}`,
    ),
];
