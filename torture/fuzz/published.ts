import { z } from 'zod';

/** What is used of JSON Schema here. */
export interface JsonSchema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  anyOf?: JsonSchema[] | undefined;
  oneOf?: JsonSchema[] | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  items?: JsonSchema | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  pattern?: string | undefined;
}

const anything = z.boolean().transform((): JsonSchema => ({}));
const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  anything.or(
    z.looseObject({
      $ref: z.string().optional(),
      type: z.union([z.string(), z.array(z.string())]).optional(),
      enum: z.array(z.unknown()).optional(),
      anyOf: z.array(jsonSchema).optional(),
      oneOf: z.array(jsonSchema).optional(),
      properties: z.record(z.string(), jsonSchema).optional(),
      required: z.array(z.string()).optional(),
      items: jsonSchema.optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      pattern: z.string().optional(),
    }),
  ),
);

const operation = z.looseObject({
  requestBody: z
    .looseObject({
      content: z.record(
        z.string(),
        z.looseObject({
          schema: jsonSchema,
          examples: z.record(z.string(), z.looseObject({ value: z.unknown() })).default({}),
        }),
      ),
    })
    .optional(),
});

const openapi = z.looseObject({
  paths: z.record(z.string(), z.looseObject({ post: operation.optional(), get: operation.optional() })),
  components: z.looseObject({
    schemas: z.record(z.string(), jsonSchema),
    responses: z.record(z.string(), z.unknown()),
  }),
});

const asyncapi = z.looseObject({
  channels: z.record(z.string(), z.looseObject({ address: z.string(), messages: z.record(z.string(), z.unknown()) })),
});

export interface PublishedCommand {
  name: string;
  input: JsonSchema;
  examples: readonly unknown[];
  /** It only reads, so that GET may ask for it, too. */
  byGet: boolean;
  /** Namespaces that take it. */
  namespaces: readonly string[];
}

/** What the hub says about itself, which is all that is known of it here. */
export interface Published {
  commands: readonly PublishedCommand[];
  schemas: Readonly<Record<string, JsonSchema>>;
  /** The closed list of error codes. */
  codes: ReadonlySet<string>;
  /** HTTP statuses an error may have. */
  statuses: ReadonlySet<number>;
}

const errorCodes = z.looseObject({ properties: z.looseObject({ code: z.looseObject({ enum: z.array(z.string()) }) }) });

export async function readPublished(url: string): Promise<Published> {
  const get = async (path: string): Promise<unknown> => (await fetch(new URL(path, url))).json();
  const [http, sockets] = await Promise.all([get('/openapi.json'), get('/asyncapi.json')]);
  const { paths, components } = openapi.parse(http);
  const channels = Object.values(asyncapi.parse(sockets).channels);
  const commands = Object.entries(paths).flatMap(([path, { post, get: read }]): PublishedCommand[] => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const [body] = Object.values(post?.requestBody?.content ?? {});
    if (body === undefined) return [];
    const namespaces = channels.filter(({ messages }) => name in messages).map(({ address }) => address);
    const examples = Object.values(body.examples).map(({ value }) => value);
    return [{ name, input: body.schema, examples, byGet: read !== undefined, namespaces }];
  });
  return {
    commands,
    schemas: components.schemas,
    codes: new Set(errorCodes.parse(components.schemas.Error).properties.code.enum),
    statuses: new Set(Object.keys(components.responses).map((name) => Number(name.replace('Error', '')))),
  };
}
