import { type CommandDeclaration, rolesAllowed } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { HEADER_AGENT, HEADER_CONNECTION, HEADER_SEEN } from '@signalbox/shared/endpoints';
import { ERROR_CODES, ERRORS } from '@signalbox/shared/errors';
import { componentSchemas, failureSchema, inputOf, type JsonSchema, ref, successSchema } from './json-schemas.ts';
import { readableByGet } from './readable.ts';

/** OpenAPI 3.1 of the HTTP face, made from the command declarations. */
export function openapi({ version }: { version: string }): JsonSchema {
  const commands: readonly CommandDeclaration[] = COMMANDS;
  const schemas = componentSchemas();
  return {
    openapi: '3.1.0',
    info: {
      title: 'Signalbox',
      version,
      description: 'Every command of the hub over HTTP. The same commands go over Socket.IO: /asyncapi.json.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths: Object.fromEntries(
      commands.map((declaration) => [`/api/v1/projects/{project}/${declaration.name}`, pathOf(declaration, schemas)]),
    ),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of this hub: sb_….' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'signalbox_{port}',
          description: 'The session of a browser, from POST /session.',
        },
      },
      parameters: {
        project: {
          name: 'project',
          in: 'path',
          required: true,
          schema: { type: 'string' },
          description: 'Id of the project; _hub for commands of the hub as a whole.',
        },
        agent: header(HEADER_AGENT, 'The agent that calls; not needed when the token is bound to one.'),
        connection: header(HEADER_CONNECTION, 'The connection from agent.register.'),
        seen: header(HEADER_SEEN, '<epoch>.<seq> of the newest answer seen: answer from nothing older.'),
      },
      schemas,
      responses: Object.fromEntries(statuses().map((status) => [`Error${status}`, errorResponse(status)])),
    },
  };
}

const header = (name: string, description: string): JsonSchema => ({
  name: titleCase(name),
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description,
});
const titleCase = (name: string): string => name.replace(/(^|-)\w/g, (letter) => letter.toUpperCase());
const statuses = (): number[] => [...new Set(ERROR_CODES.map((code) => ERRORS[code].status))].sort((a, b) => a - b);

function pathOf(declaration: CommandDeclaration, schemas: Record<string, JsonSchema>): JsonSchema {
  const { name } = declaration;
  const post = {
    ...operation(declaration),
    operationId: name,
    requestBody: {
      content: {
        'application/json': {
          schema: ref(inputOf(name)),
          examples: Object.fromEntries(
            declaration.examples.map(({ as, input }, at) => [
              `example${at + 1}`,
              { summary: `as ${as}`, value: input },
            ]),
          ),
        },
      },
    },
  };
  const parameters = [{ $ref: '#/components/parameters/project' }];
  if (!readableByGet(declaration)) return { parameters, post };
  const get = {
    ...operation(declaration),
    operationId: `${name}.get`,
    parameters: [...callerHeaders(declaration), ...queryOf(schemas[inputOf(name)])],
  };
  return { parameters, post, get };
}

function operation(declaration: CommandDeclaration): JsonSchema {
  const { name, summary, access, examples } = declaration;
  return {
    summary,
    description: `For ${rolesAllowed(access).join(', ')}.`,
    tags: [name.slice(0, name.indexOf('.'))],
    parameters: callerHeaders(declaration),
    responses: {
      200: {
        description: 'Done. The examples show the part of the output that matters.',
        content: {
          'application/json': {
            schema: successSchema(name),
            examples: Object.fromEntries(
              examples.map(({ as, output }, at) => [
                `example${at + 1}`,
                { summary: `as ${as}`, value: { ok: true, ...output } },
              ]),
            ),
          },
        },
      },
      ...Object.fromEntries(statuses().map((status) => [status, { $ref: `#/components/responses/Error${status}` }])),
    },
  };
}

const callerHeaders = ({ access }: CommandDeclaration): JsonSchema[] =>
  rolesAllowed(access).includes('agent')
    ? ['agent', 'connection', 'seen'].map((name) => ({ $ref: `#/components/parameters/${name}` }))
    : [{ $ref: '#/components/parameters/seen' }];

const queryOf = (input: JsonSchema | undefined): JsonSchema[] => {
  const required = Array.isArray(input?.required) ? input.required : [];
  return Object.entries((input?.properties ?? {}) as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
};

const errorResponse = (status: number): JsonSchema => ({
  description: ERROR_CODES.filter((code) => ERRORS[code].status === status)
    .map((code) => `${code}: ${ERRORS[code].meaning}`)
    .join(' '),
  content: { 'application/json': { schema: failureSchema() } },
});
