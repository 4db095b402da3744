import { type CommandDeclaration, rolesAllowed } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { AGENT_NAMESPACE, CONTROL_NAMESPACE, SOCKET_PATH } from '@signalbox/shared/endpoints';
import { AGENT_FRAMES, CONTROL_FRAMES } from './frame-schemas.ts';
import { ackSchema, componentSchemas, failureSchema, frameOf, inputOf, type JsonSchema, ref } from './json-schemas.ts';

const FACES = [
  {
    channel: 'agent',
    address: AGENT_NAMESPACE,
    frames: AGENT_FRAMES,
    handshake: 'agent.handshake',
    about: 'For agents: registration is the handshake.',
  },
  {
    channel: 'control',
    address: CONTROL_NAMESPACE,
    frames: CONTROL_FRAMES,
    handshake: 'control.handshake',
    about: 'For control rooms: subscribe, then every change in order.',
  },
] as const;
type Face = (typeof FACES)[number];

/** AsyncAPI 3.0 of the Socket.IO face: the hub receives commands and sends frames, on two namespaces. */
export function asyncapi({ version, host }: { version: string; host: string }): JsonSchema {
  const commands: readonly CommandDeclaration[] = COMMANDS;
  const messages: Record<string, JsonSchema> = {
    subscribe: message('subscribe', 'Binds a /control connection to a project.', ref('subscribe.input')),
    'subscribe.answer': message('ack', 'Answer to subscribe.', subscribeAnswer()),
  };
  for (const declaration of commands) {
    const { name, summary, examples } = declaration;
    messages[name] = {
      ...message(name, summary, ref(inputOf(name))),
      examples: examples.map(({ as, input }) => ({ summary: `as ${as}`, payload: input })),
    };
    messages[`${name}.answer`] = message('ack', `Answer to ${name}.`, ackSchema(declaration));
  }
  for (const { address, frames } of FACES)
    for (const [event, { summary }] of Object.entries(frames))
      messages[frameOf(address, event)] = message(event, summary, ref(frameOf(address, event)));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Signalbox',
      version,
      description:
        'Socket.IO (protocol 5), websocket transport, JSON. A command is an event with one object and an acknowledgement.',
    },
    defaultContentType: 'application/json',
    servers: { hub: { host, protocol: 'ws', pathname: SOCKET_PATH } },
    channels: Object.fromEntries(FACES.map((face) => [face.channel, channelOf(face, commands)])),
    operations: Object.fromEntries(FACES.flatMap((face) => operationsOf(face, commands))),
    components: { messages, schemas: componentSchemas() },
  };
}

const message = (name: string, summary: string, payload: JsonSchema): JsonSchema => ({ name, summary, payload });
const messageRef = (id: string): JsonSchema => ({ $ref: `#/components/messages/${id}` });
const frameIds = ({ address, frames }: Face): string[] => Object.keys(frames).map((event) => frameOf(address, event));

/** Agents' namespace takes what agents may call; the other one whatever people may. */
const callable = ({ channel }: Face, { access }: CommandDeclaration): boolean =>
  rolesAllowed(access).some((role) => (channel === 'agent' ? role === 'agent' : role !== 'agent'));

function channelOf(face: Face, commands: readonly CommandDeclaration[]): JsonSchema {
  const ids = commands
    .filter((declaration) => callable(face, declaration))
    .flatMap(({ name }) => [name, `${name}.answer`]);
  const subscribe = face.channel === 'control' ? ['subscribe', 'subscribe.answer'] : [];
  return {
    address: face.address,
    description: face.about,
    'x-handshake-auth': ref(face.handshake),
    'x-connect-error-data': ref('Error'),
    messages: Object.fromEntries([...subscribe, ...ids, ...frameIds(face)].map((id) => [id, messageRef(id)])),
  };
}

function operationsOf(face: Face, commands: readonly CommandDeclaration[]): [string, JsonSchema][] {
  const channel = { $ref: `#/channels/${face.channel}` };
  const on = (id: string): JsonSchema => ({ $ref: `#/channels/${face.channel}/messages/${id}` });
  const received = (id: string, summary: string): [string, JsonSchema] => [
    `${face.channel}.receive.${id}`,
    { action: 'receive', summary, channel, messages: [on(id)], reply: { channel, messages: [on(`${id}.answer`)] } },
  ];
  return [
    ...(face.channel === 'control' ? [received('subscribe', 'Binds the connection to a project.')] : []),
    ...commands
      .filter((declaration) => callable(face, declaration))
      .map(({ name, summary }) => received(name, summary)),
    ...frameIds(face).map((id): [string, JsonSchema] => [
      `${face.channel}.send.${id}`,
      { action: 'send', channel, messages: [on(id)] },
    ]),
  ];
}

const subscribeAnswer = (): JsonSchema => ({
  oneOf: [
    {
      type: 'object',
      required: ['ok', 'mode', 'epoch', 'seq'],
      properties: {
        ok: { const: true },
        mode: { enum: ['resumed', 'snapshot'] },
        epoch: { type: 'integer' },
        seq: { type: 'integer' },
        you: { type: 'object', properties: { name: { type: 'string' }, role: { type: 'string' } } },
        durability: { type: 'string' },
      },
    },
    failureSchema(),
  ],
});
