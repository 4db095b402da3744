import type { CommandDeclaration } from '@signalbox/shared/command';
import { z } from 'zod';

type Schema = { type?: unknown; items?: Schema; anyOf?: Schema[]; properties?: Record<string, Schema> };

/** Made once for each declaration: that takes longer than the command. */
const schemas = new WeakMap<z.ZodType, Schema>();

function schemaOf(input: z.ZodType): Schema {
  const schema = schemas.get(input) ?? (z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema);
  schemas.set(input, schema);
  return schema;
}

/**
 * The input of a command from a query: scalars as text, lists as repeated keys. What type each field wants is in the
 * declared schema; what does not fit stays text and is refused when it is parsed.
 */
export function queryInput({ input }: CommandDeclaration, query: URLSearchParams): Record<string, unknown> {
  const { properties = {} } = schemaOf(input);
  const fields: Record<string, unknown> = {};
  for (const key of new Set(query.keys())) {
    const schema = properties[key];
    const values = query.getAll(key);
    const field =
      schema?.type === 'array'
        ? values.map((value) => scalar(schema.items, value))
        : values.length > 1
          ? values
          : scalar(schema, values[0] ?? '');
    Object.defineProperty(fields, key, { value: field, enumerable: true, configurable: true, writable: true });
  }
  return fields;
}

function scalar(schema: Schema | undefined, value: string): unknown {
  const wants = (type: string): boolean =>
    schema?.type === type || (schema?.anyOf?.some((one) => one.type === type) ?? false);
  if ((wants('integer') || wants('number')) && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  if (wants('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  if (wants('null') && value === 'null') return null;
  return value;
}
