import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import {
  type Agent,
  type Answer,
  asAgent,
  bearer,
  Cast,
  type CorpusOptions,
  type CorpusResult,
  type Headers,
} from './cast.ts';
import { FOR_PEOPLE, IDENTITIES, IDENTITY_FIELDS, IDS_OF_NOBODY, tampered } from './forged-senders.ts';

const SHORT_LIFE_MS = 1_000;
const OVER_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

const inOrder = z.looseObject({ seq: z.int() });
const ordered = z.looseObject({ directiveId: z.string() });
const sent = z.looseObject({ messageId: z.string() });
const inbox = z.looseObject({ messages: z.array(z.looseObject({ id: z.string() })) });
const receipts = z.looseObject({ receipts: z.array(z.looseObject({ state: z.string() })) });

/** Everything that would pass for somebody else: refused, each of it, and without any effect. */
export async function checkSenders(options: CorpusOptions): Promise<CorpusResult> {
  await using cast = await Cast.gather(options);
  const stage = {
    alice: await cast.agent('alice'),
    bob: await cast.agent('bob'),
    operator: bearer((await cast.token('operator')).token),
  };
  const tries = new Tries(cast);
  const evidence = await cast.must('lock.claim', { paths: ['src/'] }, stage.alice.headers);
  const { directiveId } = ordered.parse(
    await cast.must('directive.send', { to: 'alice', action: 'say', body: 'x' }, stage.operator),
  );
  const { messageId } = sent.parse(
    await cast.must('message.send', { to: 'alice', type: 'note', body: 'x' }, stage.operator),
  );
  const before = await seqOf(cast);
  await inPayloads(tries, stage.bob);
  await inIds(tries, stage.bob);
  await inHeaders(tries, stage.alice, stage.bob);
  for (const [command, input] of FOR_PEOPLE)
    await tries.refused(`an agent's ${command}`, command, input, stage.bob.headers);
  for (const state of ['read', 'acknowledged', 'declined', 'done', 'failed'])
    await tries.refused('a receipt of somebody else', 'directive.receipt', { directiveId, state }, stage.bob.headers);
  const { lockId, fence } = z.looseObject({ lockId: z.string(), fence: z.string() }).parse(evidence);
  await tries.refused('a release of somebody else', 'lock.release', { lockId, fence }, stage.bob.headers);
  await tries.refused('a transfer of somebody else', 'lock.transfer', { lockId, fence, to: 'bob' }, stage.bob.headers);
  await tries.refused('a renewal of somebody else', 'lock.renew', { lockId, fence }, stage.bob.headers);
  // Nothing of all that stands in the ledger of the project.
  for (const event of await writtenSince(cast, before)) tries.passed.push(`it wrote ${event}`);
  await withoutEffect(tries, cast, { ...stage, messageId, directiveId });
  await withTokens(tries, cast);
  await withCookies(tries, cast);
  return { tried: tries.tried, passed: tries.passed };
}

/** Counts, and keeps what was not refused. */
class Tries {
  tried = 0;
  readonly passed: string[] = [];
  readonly cast: Cast;

  constructor(cast: Cast) {
    this.cast = cast;
  }

  async refused(what: string, command: string, input: object, headers: Headers): Promise<void> {
    this.see(what, await this.cast.ask(command, input, headers));
  }

  see(what: string, answer: Answer): void {
    this.tried += 1;
    if (answer.ok || answer.status < 400 || answer.status >= 500)
      this.passed.push(`${what}: ${JSON.stringify(answer).slice(0, 300)}`);
  }
}

const seqOf = async (cast: Cast): Promise<number> => inOrder.parse(await cast.must('project.get', {}, cast.owner)).seq;

const written = z.looseObject({ events: z.array(z.looseObject({ seq: z.int(), actor: z.string() })) });

/** By anybody but the hub itself, which has its own reasons at any time. */
async function writtenSince(cast: Cast, seq: number): Promise<string[]> {
  const { events } = written.parse(await cast.must('history.list', { limit: 1_000 }, cast.owner));
  return events
    .filter((event) => event.seq > seq && event.actor !== 'hub')
    .map((event) => JSON.stringify(event).slice(0, 300));
}

async function inPayloads(tries: Tries, { headers }: Agent): Promise<void> {
  const honest: [string, object][] = [
    ['message.send', { to: 'alice', type: 'note', body: 'x' }],
    ['task.create', { title: 'x' }],
    ['lock.claim', { paths: ['docs/x.md'] }],
    ['question.ask', { body: 'x' }],
  ];
  for (const [command, input] of honest)
    for (const field of IDENTITY_FIELDS)
      for (const identity of IDENTITIES)
        await tries.refused(`${command} with ${field}`, command, { ...input, [field]: identity }, headers);
}

async function inIds(tries: Tries, { token }: Agent): Promise<void> {
  for (const id of IDS_OF_NOBODY)
    await tries.refused(
      `registering as ${JSON.stringify(id)}`,
      'agent.register',
      { id, role: 'coordinator', accepts: 'none' },
      bearer(token),
    );
  await tries.refused(
    'registering as a live agent',
    'agent.register',
    { id: 'alice', role: 'coordinator', accepts: 'none', instance: 'another' },
    bearer(token),
  );
}

/** Names and connections of others, of which everybody can read. */
async function inHeaders(tries: Tries, alice: Agent, bob: Agent): Promise<void> {
  const connections = [
    alice.connection,
    bob.connection,
    0,
    alice.connection + 1,
    alice.connection - 1,
    999_999,
    '-1',
    '1e0',
    'NaN',
    '',
    '0x1',
    `${alice.connection}, ${bob.connection}`,
  ];
  const send = (headers: Headers): Promise<void> =>
    tries.refused(
      `headers ${JSON.stringify(headers.slice(1))}`,
      'message.send',
      { to: 'bob', type: 'note', body: 'x' },
      headers,
    );
  for (const connection of connections) await send(asAgent(bob.token, 'alice', connection));
  for (const id of IDS_OF_NOBODY)
    if (!/[^\x20-\x7e]/.test(id) && id.trim() !== 'alice') await send(asAgent(bob.token, id, bob.connection));
  await send([...bearer(bob.token), ['Signalbox-Agent', 'alice']]);
  await send([...asAgent(bob.token, 'bob', bob.connection), ['Signalbox-Agent', 'alice']]);
  await send([...asAgent(bob.token, 'bob', bob.connection + 1)]);
  await send([...bearer(bob.token), ['X-Signalbox-Agent', 'alice'], ['X-Forwarded-User', 'owner']]);
}

interface Stage {
  alice: Agent;
  bob: Agent;
  messageId: string;
  directiveId: string;
}

/** An acknowledgement of what one was never sent may be answered kindly; it must change nothing. */
async function withoutEffect(tries: Tries, cast: Cast, { alice, bob, messageId, directiveId }: Stage): Promise<void> {
  await cast.ask('message.ack', { messageIds: [messageId] }, bob.headers);
  tries.tried += 2;
  const { messages } = inbox.parse(await cast.must('message.inbox', {}, alice.headers));
  if (!messages.some(({ id }) => id === messageId)) tries.passed.push('bob acknowledged what alice was sent');
  const known = receipts.parse(await cast.must('directive.get', { directiveId }, cast.owner));
  if (known.receipts.some(({ state }) => ['read', 'acknowledged', 'declined', 'done', 'failed'].includes(state)))
    tries.passed.push('bob gave a receipt for what alice was told');
}

async function withTokens(tries: Tries, cast: Cast): Promise<void> {
  const { token, tokenId } = await cast.token('operator');
  const read = (what: string, other: string): Promise<void> => tries.refused(what, 'task.list', {}, bearer(other));
  for (const other of tampered(token)) await read(`the token ${other}`, other);
  await cast.must('token.revoke', { tokenId }, cast.owner);
  await read('a revoked token', token);
  const short = await cast.token('operator', { expiresMs: SHORT_LIFE_MS });
  const deadline = performance.now() + OVER_WITHIN_MS;
  while (performance.now() < deadline && (await cast.ask('task.list', {}, bearer(short.token))).ok)
    await delay(LOOK_EVERY_MS);
  await read('an expired token', short.token);
}

async function withCookies(tries: Tries, cast: Cast): Promise<void> {
  const { token } = await cast.token('operator');
  const opened = await fetch(new URL('/session', cast.hub), { method: 'POST', body: JSON.stringify({ token }) });
  const [name = '', session = ''] = (opened.headers.get('set-cookie') ?? '').split(';')[0]?.split('=') ?? [];
  const path = `/api/v1/projects/${cast.project}/task.list`;
  const cookie = (value: string): Headers => [['Cookie', `${name}=${value}`]];
  const read = await cast.request('GET', path, cookie(session));
  if (!read.ok) throw new Error(`a session reads nothing: ${JSON.stringify(read)}`);
  for (const other of tampered(session))
    tries.see(`the cookie ${other}`, await cast.request('GET', path, cookie(other)));
  tries.see('a cookie under another name', await cast.request('GET', path, [['Cookie', `x${name}=${session}`]]));
  // It is the browser that adds a cookie, whoever makes it send the request.
  const own = `http://${cast.hub.host}`;
  for (const extra of [
    [],
    [['Sec-Fetch-Site', 'cross-site']],
    [['Sec-Fetch-Site', 'same-site']],
    [['Origin', 'null']],
    [['Origin', `${own}.evil`]],
  ] as Headers[])
    tries.see(
      `a cookie with ${JSON.stringify(extra)}`,
      await cast.request('POST', path, [...cookie(session), ...extra], '{}'),
    );
  await cast.request('DELETE', '/session', [...cookie(session), ['Origin', own]]);
  tries.see('the cookie of a session that is over', await cast.request('GET', path, cookie(session)));
}
