import type { CommandDeclaration } from '@signalbox/shared/command';
import { COMMAND_MAX_BYTES } from '@signalbox/shared/limits';
import { z } from 'zod';

interface Schema {
  type?: string;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
}

/** An input that the declaration does not allow. */
export interface Fault {
  what: string;
  input: unknown;
  /** The field the refusal has to name; undefined when it is about the input as a whole. */
  field: string | undefined;
}

const LONG_TEXT = 'x'.repeat(40_000);
/** How much of a command's size a list may fill, so that it is the list that is too long. */
const FULL = 0.8;
/** One value of each JSON type; integers are tried with a fraction, too. */
const SAMPLES: Record<string, unknown> = { object: {}, array: [], string: 'x', boolean: true, null: null, number: 0.5 };

/** Everything that can be wrong with an input, generated from the declared schema. */
export function faultsOf({ input, examples, maxBytes = COMMAND_MAX_BYTES }: CommandDeclaration): Fault[] {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema;
  const good = examples[0].input as Record<string, unknown>;
  const fields = Object.entries(schema.properties ?? {});
  return [
    { what: 'a list', input: [], field: undefined },
    { what: 'a text', input: 'x', field: undefined },
    { what: 'an unknown field', input: { ...good, nonsense: 1 }, field: 'nonsense' },
    { what: 'a requestId that is no text', input: { ...good, requestId: 7 }, field: 'requestId' },
    { what: 'too large', input: { ...good, nonsense: 'x'.repeat(maxBytes) }, field: undefined },
    ...(schema.required ?? []).map((field) => ({ what: `no ${field}`, input: without(good, field), field })),
    ...fields.flatMap(([field, of]) =>
      wrongValues(of, good[field], FULL * maxBytes).map(([what, value]) => ({
        what: `${field}: ${what}`,
        input: { ...good, [field]: value },
        field,
      })),
    ),
  ];
}

function without(good: Record<string, unknown>, field: string): Record<string, unknown> {
  const { [field]: _, ...rest } = good;
  return rest;
}

function wrongValues(schema: Schema, example: unknown, bytes: number): [what: string, value: unknown][] {
  const types = [schema, ...(schema.anyOf ?? [])].flatMap(({ type }) => type ?? []);
  // Any JSON at all: nothing is wrong.
  if (types.length === 0) return [];
  const wrong = Object.entries(SAMPLES).filter(([type]) => !types.includes(type));
  const values = wrong.map(([type, value]): [string, unknown] => [`of type ${type}`, value]);
  if (types.includes('string')) values.push(['a text of 40 kB', LONG_TEXT]);
  if (types.includes('array')) {
    const [element = 'x'] = Array.isArray(example) ? example : [];
    const length = Math.floor(bytes / (JSON.stringify(element).length + 1));
    values.push(['too many of them', Array.from({ length }, () => element)]);
  }
  return values;
}
