import type { Random } from '../random.ts';
import type { JsonSchema, Published } from './published.ts';

/** Names that mean something in a run, so that what is made up reaches more than the first check. */
const AGENTS = ['talker-0', 'talker-1', 'fuzz-0', 'fuzz-1', 'fuzz-2', 'fuzz-3'];
const NUMBERED = ['T', 'L', 'Q', 'M', 'D', 'A'].flatMap((kind) => [1, 2, 3, 7, 40].map((n) => `${kind}-${n}`));
const WORDS: readonly string[] = [
  ...AGENTS,
  ...NUMBERED,
  ...['all', 'people', 'hub', 'role:speed_developer', 'capability:x', 'human:owner', '_hub'],
  ...['src/a.ts', 'src/**', '**/*.md', 'src/', 'docs/*/x?'],
  ...['1750000000.7', '1.1', 'note', 'speed_developer', 'planning', 'x'],
];
const MAX_DEPTH = 5;
const fitting = new Map<string, readonly string[]>();

/** A value that the schema allows, or nearly: what is published leaves some rules to the hub. */
export function madeOf(schema: JsonSchema, from: Pick<Published, 'schemas'>, random: Random, depth = 0): unknown {
  const { $ref, enum: choices, properties, required = [], items } = schema;
  if ($ref !== undefined)
    return madeOf(from.schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}, from, random, depth + 1);
  if ('const' in schema) return schema.const;
  if (choices !== undefined && choices.length > 0) return random.pick(choices);
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined && either.length > 0) return madeOf(random.pick(either), from, random, depth + 1);
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
  if (depth > MAX_DEPTH) return null;
  switch (type) {
    case 'string':
      return textOf(schema.pattern, random);
    case 'integer':
    case 'number':
      return numberOf(schema, random);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: 1 + random.below(3) }, () => madeOf(items ?? {}, from, random, depth + 1));
    case 'object':
      return Object.fromEntries(
        Object.entries(properties ?? {})
          .filter(([name]) => required.includes(name) || random.chance(0.3))
          .map(([name, of]) => [name, madeOf(of, from, random, depth + 1)]),
      );
    default:
      return random.pick([1, 'x', true, null]);
  }
}

function textOf(pattern: string | undefined, random: Random): string {
  if (pattern === undefined) return random.pick(WORDS);
  let words = fitting.get(pattern);
  if (words === undefined) {
    const rule = new RegExp(pattern, 'u');
    words = WORDS.filter((word) => rule.test(word));
    fitting.set(pattern, words);
  }
  return words.length === 0 ? 'x' : random.pick(words);
}

function numberOf({ minimum = 0, maximum = 100 }: JsonSchema, random: Random): number {
  // Numbers of attempts and places in lists are small, and those are worth hitting.
  const low = Math.max(minimum, Number.MIN_SAFE_INTEGER);
  return random.chance(0.7) ? low + random.below(3) : Math.min(maximum, low + random.below(100_000));
}
