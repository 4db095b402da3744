import type { CommandDeclaration } from '@signalbox/shared/command';
import type { Field } from './fields.ts';

/** The example of a declaration that says most, as a command line. */
export function exampleOf({ name, identity, examples }: CommandDeclaration, fields: readonly Field[]): string {
  const size = (input: unknown): number => Object.keys(Object(input)).length;
  const { as, input } = examples.reduce((best, one) => (size(one.input) > size(best.input) ? one : best));
  const given = new Map(Object.entries(Object(input)));
  const options = fields.flatMap((field) => (given.has(field.name) ? [optionOf(field, given.get(field.name))] : []));
  const asAgent = identity === 'agent' && as !== 'human' ? [`--as ${as} --connection 7`] : [];
  return ['signalbox', ...name.split('.'), ...options, ...asAgent].join(' ');
}

function optionOf({ name, as }: Field, value: unknown): string {
  if (as === 'switch') return `--${name}`;
  const values = as !== 'json' && Array.isArray(value) ? value : [value];
  const written = values.map((one) => quoted(typeof one === 'string' && as !== 'json' ? one : JSON.stringify(one)));
  return `--${name} ${written.join(' ')}`;
}

/** As a shell takes it whole. */
const quoted = (text: string): string => (/^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
