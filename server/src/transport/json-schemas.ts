import type { CommandDeclaration } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { ERROR_CODES, ERRORS } from '@signalbox/shared/errors';
import { requestId } from '@signalbox/shared/ids';
import { agentHandshake, controlHandshake, subscribeInput } from '@signalbox/shared/protocol';
import { RECORD_SCHEMAS } from '@signalbox/shared/records';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { z } from 'zod';
import { AGENT_FRAMES, CONTROL_FRAMES } from './frame-schemas.ts';

export type JsonSchema = { [key: string]: unknown };

const PREFIX = '#/components/schemas/';
/** Where zod puts schemas that contain themselves. The only one there is, is any JSON value. */
const SHARED = /#\/components\/schemas\/__shared#\/\$defs\/schema\d+/g;

export const ref = (id: string): JsonSchema => ({ $ref: `${PREFIX}${id}` });
export const inputOf = (command: string): string => `${command}.input`;
export const outputOf = (command: string): string => `${command}.output`;
export const frameOf = (namespace: string, event: string): string => `${namespace.slice(1)}.${event}`;

/** JSON Schema 2020-12 of everything on the wire, by name, with references among them. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  const add = (id: string, schema: z.ZodType): void => {
    // One declaration may be used in several places; each gets a name of its own.
    registry.add(registry.has(schema) ? schema.clone(schema.def) : schema, { id });
  };
  for (const kind of VISIBLE_KINDS) add(kind, RECORD_SCHEMAS[kind]);
  for (const kind of ['project', 'token'] as const) add(kind, RECORD_SCHEMAS[kind]);
  for (const { name, input, output } of COMMANDS) {
    add(inputOf(name), input);
    add(outputOf(name), output);
  }
  for (const [event, { payload }] of Object.entries(AGENT_FRAMES)) add(frameOf('/agent', event), payload);
  for (const [event, { payload }] of Object.entries(CONTROL_FRAMES)) add(frameOf('/control', event), payload);
  add('agent.handshake', agentHandshake);
  add('control.handshake', controlHandshake);
  add('subscribe.input', subscribeInput);
  // What clients send is described before its transformation, what they get never refuses unknown fields: both are `input`.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `${PREFIX}${id}` });
  const { __shared, ...named } = JSON.parse(JSON.stringify(schemas).replace(SHARED, `${PREFIX}Json`)) as Record<
    string,
    JsonSchema
  >;
  const components: Record<string, JsonSchema> = { ...named, Json: anyJson(__shared), Error: errorSchema() };
  for (const schema of Object.values(components)) {
    delete schema.$schema;
    delete schema.$id;
  }
  for (const { name } of COMMANDS) components[inputOf(name)] = withRequestId(components[inputOf(name)]);
  return components;
}

function anyJson(shared: JsonSchema | undefined): JsonSchema {
  const [json] = Object.values((shared?.$defs ?? {}) as Record<string, JsonSchema>);
  return { ...json, description: 'Any JSON value.' };
}

/** Any input may carry one; it belongs to the envelope and stands in no declaration. */
function withRequestId(schema: JsonSchema | undefined): JsonSchema {
  const properties = schema?.properties as Record<string, unknown> | undefined;
  const { $schema: _, ...own } = z.toJSONSchema(requestId) as JsonSchema;
  return {
    ...schema,
    properties: {
      ...properties,
      requestId: { ...own, description: 'Unique for ever, a UUID: the same request sent again has one effect.' },
    },
  };
}

const errorSchema = (): JsonSchema => ({
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: {
      type: 'string',
      enum: ERROR_CODES,
      description: ERROR_CODES.map((code) => `${code}: ${ERRORS[code].meaning}`).join('\n'),
    },
    message: { type: 'string', description: 'What to do next.' },
    retry: { type: 'object', required: ['afterMs'], properties: { afterMs: { type: 'integer' } } },
    details: { type: 'object' },
  },
});

/** What answers a command: the output in its envelope, or the error. */
export const ackSchema = ({ name }: Pick<CommandDeclaration, 'name'>): JsonSchema => ({
  oneOf: [successSchema(name), failureSchema()],
});

export const successSchema = (command: string): JsonSchema => ({
  allOf: [
    {
      type: 'object',
      required: ['ok', 'epoch', 'seq'],
      properties: { ok: { const: true }, epoch: { type: 'integer' }, seq: { type: 'integer' } },
    },
    ref(outputOf(command)),
  ],
});

export const failureSchema = (): JsonSchema => ({
  type: 'object',
  required: ['ok', 'error'],
  properties: { ok: { const: false }, error: ref('Error') },
});
