import { isRefusal } from '@signalbox/shared/errors';
import { expect, test } from 'vitest';
import { decideTokenCreate, decideTokenRevoke } from '../domain/hub.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger, MemoryStore } from '../ledger/memory-store.ts';
import { Auth } from './auth.ts';

const OWNER_TOKEN = 'an-owner-token-of-more-than-32-characters';

async function opened() {
  const store = new MemoryLedger();
  let now = 1_000_000;
  const hub = await Ledger.open({ store: new MemoryStore(store, 'n1'), node: 'n1', wallClock: () => now });
  const open = () => Auth.open({ hub, hubKey: Buffer.from('key'), ownerToken: OWNER_TOKEN, wallClock: () => now });
  const auth = await open();
  const create = async (input: Parameters<typeof decideTokenCreate>[1]) => {
    const settled = await hub.execute({
      command: 'token.create',
      caller: { kind: 'hub' },
      decide: (draft, context) => decideTokenCreate(draft, input, context),
    });
    if (!settled.ok) throw new Error(settled.error.message);
    return settled.reply.tokenId;
  };
  const revoke = (tokenId: string) =>
    hub.execute({
      command: 'token.revoke',
      caller: { kind: 'hub' },
      decide: (draft, context) => decideTokenRevoke(draft, { tokenId }, context),
    });
  return { store, hub, auth, open, create, revoke, advance: (ms: number) => (now += ms) };
}

const messageOf = (answer: unknown): string =>
  isRefusal(answer) ? `${answer.refused.code} ${answer.refused.message}` : 'let in';

test("the owner's token is an admin of everything", async () => {
  const { auth } = await opened();
  expect(auth.principalOf(OWNER_TOKEN)).toEqual({
    role: 'admin',
    name: 'owner',
    tokenId: undefined,
    project: undefined,
    agentId: undefined,
  });
  expect(messageOf(auth.principalOf(`${OWNER_TOKEN}x`))).toMatch(/^UNAUTHENTICATED/);
  expect(messageOf(auth.principalOf(''))).toMatch(/^UNAUTHENTICATED/);
});

test('a token is known from the commit that makes it to the one that revokes it', async () => {
  const { auth, create, revoke } = await opened();
  const revoked: string[] = [];
  auth.onRevoked((id) => revoked.push(id));
  const tokenId = await create({ role: 'operator', name: 'Kim' });
  const token = auth.secretOf(tokenId, 'operator');
  expect(auth.principalOf(token)).toEqual({
    role: 'operator',
    name: 'Kim',
    tokenId,
    project: undefined,
    agentId: undefined,
  });
  await revoke(tokenId);
  expect(messageOf(auth.principalOf(token))).toMatch(/^UNAUTHENTICATED This token was revoked/);
  expect(revoked).toEqual([tokenId]);
});

test('the role in the text of a token grants nothing', async () => {
  const { auth, create } = await opened();
  const tokenId = await create({ role: 'viewer', name: 'Wall' });
  expect(messageOf(auth.principalOf(auth.secretOf(tokenId, 'admin')))).toMatch(
    /^UNAUTHENTICATED The token was changed/,
  );
});

test('an expired token is refused, and its connections hear of it', async () => {
  const { auth, create, advance } = await opened();
  const tokenId = await create({ role: 'viewer', name: 'Wall', expiresMs: 60_000 });
  const token = auth.secretOf(tokenId, 'viewer');
  const over = new Promise((resolve) => auth.onRevoked(resolve));
  expect(messageOf(auth.principalOf(token))).toBe('let in');
  advance(60_000);
  expect(messageOf(auth.principalOf(token))).toMatch(/^UNAUTHENTICATED This token has expired/);
  expect(await over).toBe(tokenId);
});

test('a hub that starts again knows the tokens of before', async () => {
  const { auth, open, create } = await opened();
  const tokenId = await create({ role: 'operator', name: 'Kim' });
  const again = await open();
  expect(messageOf(again.principalOf(auth.secretOf(tokenId, 'operator')))).toBe('let in');
});

test('tokens that are gone with another epoch count as revoked', async () => {
  const { auth, hub, store, create } = await opened();
  const tokenId = await create({ role: 'operator', name: 'Kim' });
  const gone = new Promise((resolve) => auth.onRevoked(resolve));
  // Redis is there again with nothing in it.
  store.records.clear();
  store.log = [];
  store.restart();
  await hub.execute({ command: 'test', caller: { kind: 'hub' }, always: true, decide: () => ({}) });
  expect(await gone).toBe(tokenId);
});

test('a token that another node has just made is learned of; one that nobody made, or that was revoked, is not', async () => {
  const { store, auth, open, create, revoke } = await opened();
  const hub = await Ledger.open({ store: new MemoryStore(store, 'n2'), node: 'n2' });
  const other = await Auth.open({ hub, hubKey: Buffer.from('key'), ownerToken: OWNER_TOKEN });
  const token = auth.secretOf(await create({ role: 'viewer', name: 'Kim' }), 'viewer');
  expect(messageOf(other.principalOf(token))).toContain('UNAUTHENTICATED');
  expect(await other.learn(token)).toBe(true);
  expect(other.principalOf(token)).toMatchObject({ role: 'viewer', name: 'Kim' });
  const revoked = await create({ role: 'viewer', name: 'Ann' });
  await revoke(revoked);
  for (const text of [auth.secretOf(revoked, 'viewer'), 'sb_viewer_x', 'x', OWNER_TOKEN])
    expect(await other.learn(text)).toBe(false);
  for (const one of [auth, other, await open()]) one.close();
});
