import { z } from 'zod';
import { asAgent, bearer, Cast, type CorpusOptions, type CorpusResult, type Face, type Headers } from './cast.ts';
import { IDENTITIES, IDENTITY_FIELDS, IDS_OF_NOBODY } from './forged-senders.ts';
import { forgedTokens } from './forged-tokens.ts';
import { agentDoor, controlRoom, type Forger, gatherForgers, type HttpForger, type SocketForger } from './forgers.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { SocketFace } from './socket-face.ts';
import { type Expected, Tries } from './tries.ts';
import {
  forAdmins,
  forHerAndPeople,
  forPeople,
  type Order,
  onlyForHer,
  stateOf,
  type Victim,
  victimOf,
} from './victim.ts';

const FORBIDDEN: Expected = { code: 'FORBIDDEN' };
const BAD_INPUT: Expected = { code: 'BAD_INPUT' };
const BY_ROLE: Expected = { code: 'FORBIDDEN', says: /needs the role/ };
const AGENTS_ONLY: Expected = { code: 'BAD_INPUT', says: /^Only a registered agent/ };
const OTHER_TOKEN: Expected = { code: 'FORBIDDEN', says: /registered with another token|^Your token is for the agent/ };
const SUPERSEDED: Expected = { code: 'SUPERSEDED' };
/** What a process says of itself, and what is not about who it is. */
const OF_A_PROFILE: ReadonlySet<string> = new Set(['role', 'instance']);

interface Scene {
  cast: Cast;
  tries: Tries;
  watch: LedgerWatch;
  victim: Victim;
  operator: string;
  operatorId: string;
  viewer: string;
}

/**
 * Everything that would pass for somebody else, by every way there is, of everybody who has a token: refused for exactly
 * what is wrong with it, about things that are there, and without any effect.
 */
export async function checkSenders(options: CorpusOptions): Promise<CorpusResult> {
  await using cast = await Cast.gather(options);
  const { token: operator, tokenId: operatorId } = await cast.token('operator');
  const { token: viewer } = await cast.token('viewer');
  const victim = await victimOf(cast, bearer(operator));
  const { http, sockets } = await gatherForgers(cast);
  const watch = await LedgerWatch.start(cast);
  const tries = new Tries(watch);
  const scene: Scene = { cast, tries, watch, victim, operator, operatorId, viewer };
  for (const { face, id } of [...http, ...sockets])
    for (const order of honest(id)) await isFrom(scene, { face, order, author: id });
  await watch.forget();
  const before = await stateOf(cast, victim);
  for (const forger of [...http, ...sockets]) await asAnAgent(scene, forger);
  for (const forger of http) {
    await inHeaders(scene, forger);
    await inRegistrations(scene, forger);
  }
  for (const forger of sockets) await inHandshakes(scene, forger);
  await asAViewer(scene);
  await asAnOperator(scene);
  const after = await stateOf(cast, victim);
  if (after !== before) tries.passed.push(`what alice has was ${before} and is ${after}`);
  await superseded(scene, { http, sockets });
  for (const { face } of sockets) face.close();
  await forgedTokens(cast, tries);
  return { tried: tries.tried, passed: tries.passed };
}

/** What agents may send; with it comes what says who sent it. */
const honest = (id: string): readonly Order[] => [
  ['message.send', { to: 'alice', type: 'note', body: 'x' }],
  ['task.create', { title: 'x' }],
  ['lock.claim', { paths: [`docs/${id}.md`] }],
  ['question.ask', { body: 'x' }],
];
const honestOfPeople: readonly Order[] = [
  ['message.send', { to: 'alice', type: 'note', body: 'x' }],
  ['task.create', { title: 'x' }],
];

/** What people send agents; what names an agent as its subject does not say by that who sends it. */
const ordersOf = (victim: Victim): readonly Order[] =>
  forPeople(victim).filter(([command]) => command !== 'agent.evict');

/** Where a record says whose it is. */
const AUTHOR_FIELDS: Readonly<Record<string, string>> = {
  message: 'from',
  task: 'createdBy',
  lock: 'holder',
  question: 'from',
};
const inOrder = z.looseObject({ seq: z.int() });
const history = z.looseObject({
  events: z.array(
    z.looseObject({
      seq: z.int(),
      actor: z.string(),
      records: z.array(z.looseObject({ kind: z.string() })).default([]),
    }),
  ),
});

/** What is right is done, or what is refused would prove nothing; and in the log and in the record stands who did it. */
async function isFrom(
  { cast, tries }: Scene,
  { face, order: [command, input], author }: { face: Face; order: Order; author: string },
): Promise<void> {
  const answered = await face.ask(command, input);
  if (!answered.ok) {
    tries.passed.push(`${author} may not ${command} over ${face.name}: ${JSON.stringify(answered)}`);
    return;
  }
  const { seq } = inOrder.parse(answered);
  const [kind = ''] = command.split('.');
  const { events } = history.parse(await cast.must('history.list', { kind, limit: 50 }, cast.owner));
  const event = events.find((one) => one.seq === seq);
  const record = event?.records.find((one) => one.kind === kind);
  const by = [event?.actor, record?.[AUTHOR_FIELDS[kind] ?? '']];
  if (by.some((name) => name !== author))
    tries.passed.push(`${command} of ${author} over ${face.name} is from ${JSON.stringify(by)}`);
}

/** Where every field was tried with all of them once already. */
const SOME = IDENTITIES.slice(0, 3);

/** A name in a field that would say who somebody is, if any field could. */
async function inPayloads(
  { tries }: Scene,
  {
    what,
    face,
    orders,
    identities = SOME,
  }: { what: string; face: Face; orders: readonly Order[]; identities?: readonly unknown[] },
): Promise<void> {
  for (const [command, input] of orders)
    for (const field of IDENTITY_FIELDS)
      for (const identity of identities) {
        const expected = { code: 'BAD_INPUT', says: new RegExp(`^${field}: there is no such field`) };
        await tries.command({ what, expected }, face, command, { ...input, [field]: identity });
      }
}

async function asAnAgent(scene: Scene, { who: what, id, token, face }: Forger): Promise<void> {
  const { cast, tries, victim, operatorId } = scene;
  const first = id.endsWith('-0');
  await inPayloads(scene, { what, face, orders: honest(id), ...(first && { identities: IDENTITIES }) });
  for (const [command, input] of [...forPeople(victim), ...forAdmins(operatorId)])
    await tries.command({ what, expected: BY_ROLE }, face, command, input);
  for (const [command, input] of [...onlyForHer(victim), ...forHerAndPeople(victim, id)])
    await tries.command({ what, expected: FORBIDDEN }, face, command, input);
  if (what.includes("operator's token")) return;
  // With such a token one only reads there.
  const room = await controlRoom(cast, token);
  for (const [command, input] of [...honest(id), ...onlyForHer(victim), ...forPeople(victim), ...forAdmins(operatorId)])
    await tries.command({ what, expected: FORBIDDEN }, room, command, input);
  room.close();
}

/** Names and connections of others, of which everybody can read. */
async function inHeaders({ cast, tries, victim }: Scene, forger: HttpForger): Promise<void> {
  const { who, id, token, connection, bound } = forger;
  const { agent: alice } = victim;
  const send = (headers: Headers, expected: Expected): Promise<void> =>
    tries.command(
      { what: `${who} with ${JSON.stringify(headers.slice(1))}`, expected },
      cast.face(headers),
      'message.send',
      { to: 'alice', type: 'note', body: 'x' },
    );
  for (const other of [alice.connection, connection, 0, alice.connection + 1, alice.connection - 1, 999_999])
    await send(asAgent(token, 'alice', other), OTHER_TOKEN);
  for (const other of ['-1', '1e0', 'NaN', '', '0x1', `${alice.connection}, ${connection}`])
    await send(asAgent(token, 'alice', other), bound ? OTHER_TOKEN : BAD_INPUT);
  for (const nobody of IDS_OF_NOBODY)
    if (!/[^\x20-\x7e]/.test(nobody) && nobody.trim() !== 'alice')
      await send(asAgent(token, nobody, connection), BAD_INPUT);
  await send([...bearer(token), ['Signalbox-Agent', 'alice']], bound ? OTHER_TOKEN : BAD_INPUT);
  await send([...asAgent(token, id, connection), ['Signalbox-Agent', 'alice']], BAD_INPUT);
  await send(asAgent(token, id, connection + 1_000_000), { code: 'BAD_INPUT', says: /never given/ });
  if (who.includes("operator's token")) return;
  await send([...bearer(token), ['X-Signalbox-Agent', 'alice'], ['X-Forwarded-User', 'owner']], AGENTS_ONLY);
}

interface Registration {
  what: string;
  profile: object;
  expected: Expected;
}

/** Ids, secrets and fields of others, as what a process may say of itself. */
async function registrations({ cast, victim }: Scene, { who, id, role, bound }: Forger): Promise<Registration[]> {
  const shown = z
    .looseObject({ agent: z.looseObject({ instance: z.string() }) })
    .parse(await cast.must('agent.get', { agentId: 'alice' }, cast.owner));
  const taken: Expected = bound ? OTHER_TOKEN : { code: 'CONFLICT' };
  const profile = { id: 'alice', role, accepts: 'none' };
  const one = (what: string, more: object, expected: Expected): Registration => ({
    what: `${who} ${what}`,
    profile: { ...profile, ...more },
    expected,
  });
  return [
    ...IDS_OF_NOBODY.map((nobody) => one(`registering as ${JSON.stringify(nobody)}`, { id: nobody }, BAD_INPUT)),
    one('registering as a live agent', {}, taken),
    one('registering as a live agent', { instance: 'another' }, taken),
    one('registering with the secret of another agent', { instance: victim.instance }, taken),
    one('registering with what is shown of a secret', { instance: shown.agent.instance }, taken),
    // Taking over an id is open to whoever may use any.
    ...(bound ? [one('taking over', { takeover: true }, OTHER_TOKEN)] : []),
    ...IDENTITY_FIELDS.filter((field) => !OF_A_PROFILE.has(field)).flatMap((field) =>
      SOME.map((identity) =>
        one(
          `registering with ${field}`,
          { id, [field]: identity },
          { code: 'BAD_INPUT', says: new RegExp(`\\b${field}: `) },
        ),
      ),
    ),
  ];
}

async function inRegistrations(scene: Scene, forger: HttpForger): Promise<void> {
  const face = scene.cast.face(bearer(forger.token));
  for (const { what, profile, expected } of await registrations(scene, forger))
    await scene.tries.command({ what, expected }, face, 'agent.register', profile);
}

async function inHandshakes(scene: Scene, forger: SocketForger): Promise<void> {
  const { cast, tries } = scene;
  for (const { what, profile, expected } of await registrations(scene, forger))
    await tries.handshake({ what, expected }, cast.hub, agentDoor(cast, forger.token, profile));
  const { who: what, id, role, face } = forger;
  const registered = { code: 'INVALID_STATE', says: new RegExp(`registered as ${id} already`) };
  for (const other of ['alice', id, 'dave'])
    await tries.command({ what, expected: registered }, face, 'agent.register', { id: other, role });
  // A second object beside the input, and none at all.
  const [command = '', input = {}] = honest(id)[0] ?? [];
  await tries.see(
    { what: `${what} with two inputs`, expected: BAD_INPUT },
    await face.ask(command, input, { from: 'alice' }),
  );
}

async function asAViewer({ cast, tries, victim, viewer, operatorId }: Scene): Promise<void> {
  const room = await controlRoom(cast, viewer);
  const { id, connection } = victim.agent;
  const faces = [cast.face(bearer(viewer)), cast.face(asAgent(viewer, id, connection)), room];
  const all = [
    ...honest('viewer'),
    ...onlyForHer(victim),
    ...forHerAndPeople(victim, 'alice'),
    ...forPeople(victim),
    ...forAdmins(operatorId),
  ];
  for (const face of faces)
    for (const [command, input] of all)
      await tries.command({ what: 'a viewer', expected: BY_ROLE }, face, command, input);
  room.close();
  const expected = { code: 'FORBIDDEN', says: /may only look/ };
  for (const id of ['alice', 'viewer'])
    await tries.handshake(
      { what: 'a viewer', expected },
      cast.hub,
      agentDoor(cast, viewer, { id, role: 'coordinator' }),
    );
}

async function asAnOperator(scene: Scene): Promise<void> {
  const { cast, tries, watch, victim, operator, operatorId } = scene;
  const room = await controlRoom(cast, operator);
  const what = 'an operator';
  for (const face of [cast.face(bearer(operator)), room]) {
    const before = await stateOf(cast, victim);
    for (const order of honestOfPeople) await isFrom(scene, { face, order, author: 'human:corpus operator' });
    if ((await stateOf(cast, victim)) !== before) tries.passed.push(`${what} changed what alice has by a message`);
    await watch.forget();
    await inPayloads(scene, { what, face, orders: [...honestOfPeople, ...ordersOf(victim)] });
    for (const [command, input] of forAdmins(operatorId))
      await tries.command({ what, expected: BY_ROLE }, face, command, input);
    for (const [command, input] of [...onlyForHer(victim), ...honest('operator').slice(honestOfPeople.length)])
      await tries.command({ what, expected: AGENTS_ONLY }, face, command, input);
  }
  room.close();
  const { id, connection } = victim.agent;
  const as = cast.face(asAgent(operator, id, connection));
  for (const [command, input] of [...honest('operator'), ...onlyForHer(victim), ...forHerAndPeople(victim, 'bob-0')])
    await tries.command({ what: `${what} with the headers of alice`, expected: OTHER_TOKEN }, as, command, input);
}

/** Whoever was somebody is not, once another connection is. */
async function superseded(
  { cast, tries, watch }: Scene,
  { http, sockets }: { http: readonly HttpForger[]; sockets: readonly SocketForger[] },
): Promise<void> {
  for (const { who, id, role, token, face } of http) {
    const profile = { id, role, accepts: 'none', takeover: true };
    await cast.must('agent.register', profile, bearer(token));
    await watch.forget();
    for (const [command, input] of honest(id))
      await tries.command({ what: `${who} of before`, expected: SUPERSEDED }, face, command, input);
  }
  for (const { id, role, token, face } of sockets) {
    const newer = await SocketFace.joined(cast.hub, agentDoor(cast, token, { id, role, takeover: true }));
    await face.ended();
    newer.close();
  }
  await watch.forget();
}
