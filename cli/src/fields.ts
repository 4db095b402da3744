import { z } from 'zod';

/** How one input field of a command is written in a terminal. */
export interface Field {
  name: string;
  /**
   * `switch` takes no value, `list` may be given several values, of a `choice` one stands alone (`--to all`) and several
   * are a list, `json` is written as JSON.
   */
  as: 'text' | 'number' | 'switch' | 'list' | 'choice' | 'json';
  /** A list of numbers has no use yet, so items are text. */
  required: boolean;
  nullable: boolean;
  /** Which values it takes. */
  about: string;
  /** What it is for, where its name does not say. */
  hint: string;
}

/** The parts of JSON Schema that matter here. A nullable type is a list of types, or a choice of schemas. */
const types = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((type) => (type === undefined ? [] : [type].flat()));
const jsonSchema = z.looseObject({
  type: types,
  description: z.string().default(''),
  enum: z.array(z.unknown()).optional(),
  items: z.looseObject({ type: types, enum: z.array(z.unknown()).optional() }).optional(),
  anyOf: z.array(z.looseObject({ type: types })).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
const objectSchema = z.looseObject({
  properties: z.record(z.string(), jsonSchema).optional(),
  required: z.array(z.string()).optional(),
});
type JsonSchema = z.infer<typeof jsonSchema>;

/** The input schema of a command as fields: nothing is listed by hand. */
export function fieldsOf(input: z.ZodType): Field[] {
  const { properties = {}, required = [] } = objectSchema.parse(
    z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
  );
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    as: kindOf(schema),
    required: required.includes(name),
    nullable: typesOf(schema).includes('null'),
    about: aboutOf(schema),
    hint: schema.description,
  }));
}

const typesOf = ({ type, anyOf = [] }: JsonSchema): string[] => [...type, ...anyOf.flatMap((choice) => choice.type)];

function kindOf(schema: JsonSchema): Field['as'] {
  const written = typesOf(schema).filter((type) => type !== 'null');
  const all = (...names: string[]): boolean => written.length > 0 && written.every((type) => names.includes(type));
  if (written.includes('array') && written.includes('string')) return 'choice';
  if (written.includes('array'))
    return schema.items === undefined || schema.items.type.includes('string') ? 'list' : 'json';
  if (all('string')) return 'text';
  if (all('integer', 'number')) return 'number';
  return all('boolean') ? 'switch' : 'json';
}

function aboutOf(schema: JsonSchema): string {
  const choices = schema.enum ?? schema.items?.enum;
  if (choices !== undefined) return choices.join(' | ');
  if (kindOf(schema) === 'json') return 'JSON';
  if (kindOf(schema) !== 'number' || schema.minimum === undefined || schema.maximum === undefined) return '';
  return Math.abs(schema.maximum) < Number.MAX_SAFE_INTEGER
    ? `${schema.minimum} to ${schema.maximum}`
    : `from ${schema.minimum}`;
}

/** What was written, as the hub wants it. What does not fit stays as it is: the schema says what is wrong. */
export function inputValue(field: Field, given: unknown): unknown {
  if (field.as === 'switch') return given === true;
  if (field.as === 'list' || field.as === 'choice') {
    const items = Array.isArray(given) ? given : [given];
    return field.as === 'choice' && items.length === 1 ? items[0] : items;
  }
  const text = String(given);
  if (field.nullable && text === 'null') return null;
  if (field.as === 'number') return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  return field.as === 'json' ? parsed(text) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
