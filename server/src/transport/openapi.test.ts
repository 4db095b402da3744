import { COMMANDS } from '@signalbox/shared/commands';
import { expect, test } from 'vitest';
import { asyncapi } from './asyncapi.ts';
import { componentSchemas } from './json-schemas.ts';
import { openapi } from './openapi.ts';

/** Every `$ref` anywhere in the document that leads nowhere. */
function danglingRefs(document: unknown): string[] {
  const dangling: string[] = [];
  const resolves = (pointer: string): boolean => {
    let at: unknown = document;
    for (const step of pointer.slice(2).split('/')) {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false;
      at = Object.entries(at).find(([key]) => key === step)?.[1];
    }
    return true;
  };
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && !(typeof inner === 'string' && inner.startsWith('#/') && resolves(inner)))
        dangling.push(String(inner));
      visit(inner);
    }
  };
  visit(document);
  return dangling;
}

test('every command is in the OpenAPI document, and every reference in it leads somewhere', () => {
  const document = openapi({ version: '1.2.3' });
  const paths = Object.keys(document.paths as object);
  expect(paths).toEqual(COMMANDS.map(({ name }) => `/api/v1/projects/{project}/${name}`));
  expect(danglingRefs(document)).toEqual([]);
  expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
});

test('every command, its answer and every frame are in the AsyncAPI document, and every reference leads somewhere', () => {
  const document = asyncapi({ version: '1.2.3', host: '127.0.0.1:3334' });
  const { channels, operations, components } = document as {
    channels: Record<string, { messages: object }>;
    operations: Record<string, { action: string }>;
    components: { messages: object };
  };
  expect(danglingRefs(document)).toEqual([]);
  for (const { name, access } of COMMANDS) {
    expect(components.messages).toHaveProperty([name]);
    expect(components.messages).toHaveProperty([`${name}.answer`]);
    expect(Object.keys(operations)).toContain(`control.receive.${name}`);
    expect(Object.keys(operations).includes(`agent.receive.${name}`)).toBe(access === 'viewer' || access === 'member');
  }
  expect(Object.keys(channels.agent?.messages ?? {})).toContain('agent.task.assigned');
  expect(Object.keys(channels.control?.messages ?? {})).toContain('control.diff');
});

test('the only schema that contains itself is any JSON value', () => {
  const names = Object.keys(componentSchemas());
  expect(names.filter((name) => name.startsWith('__'))).toEqual([]);
  expect(JSON.stringify(componentSchemas())).not.toContain('$defs');
  expect(componentSchemas().Json).toMatchObject({
    anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }, {}, {}],
  });
});

test('records are referred to, not repeated, and inputs take a requestId', () => {
  const schemas = componentSchemas();
  expect(schemas['task.get.output']).toMatchObject({ properties: { task: { $ref: '#/components/schemas/task' } } });
  expect(schemas['task.create.input']).toMatchObject({
    properties: { requestId: { type: 'string', maxLength: 64 } },
    additionalProperties: false,
  });
});
