import { expect, test, vi } from 'vitest';
import { StoreUnavailable } from '../ledger/store.ts';
import { SOON } from '../testing/soon.ts';
import { type Answered, PROJECT, startTestHub, type TestHub } from './testing/test-hub.ts';
import { TestSocket } from './testing/test-socket.ts';

const codeOf = ({ status, body }: Answered): unknown => (status === 200 ? 'ok' : (body.error as { code: string }).code);

/** An admin of `acme` alone, beside another project with a token of its own. */
async function boundAdmin(hub: TestHub) {
  await hub.call('project.create', { id: 'web' }, { project: 'web' });
  const foreign = await hub.token({ role: 'viewer', name: 'Wall of web', project: 'web' });
  const { token, tokenId } = await hub.token({ role: 'admin', name: 'Kim', project: PROJECT });
  return { foreign, token, tokenId };
}

test.each<[string, object]>([
  ['token.create', { role: 'admin', name: 'Kim' }],
  ['token.create', { role: 'viewer', name: 'Kim', project: 'web' }],
  ['token.create', { role: 'agent', project: 'web' }],
  ['token.link', { role: 'admin', name: 'Kim' }],
  ['token.link', { role: 'viewer', name: 'Kim', project: 'web' }],
])('an admin of one project lets nobody in elsewhere: %s %j', async (command, input) => {
  await using hub = await startTestHub();
  const { token } = await boundAdmin(hub);
  expect(codeOf(await hub.call(command, input, { token }))).toBe('FORBIDDEN');
  expect(codeOf(await hub.call(command, { ...input, project: PROJECT }, { token }))).toBe('ok');
});

test("an admin of one project sees and revokes that project's tokens only", async () => {
  await using hub = await startTestHub();
  const { foreign, token, tokenId } = await boundAdmin(hub);
  const { body } = await hub.call('token.list', {}, { token });
  expect((body.tokens as { id: string }[]).map(({ id }) => id)).toEqual([tokenId]);
  expect(codeOf(await hub.call('token.revoke', { tokenId: foreign.tokenId }, { token }))).toBe('NOT_FOUND');
  expect(codeOf(await hub.call('token.revoke', { tokenId }, { token }))).toBe('ok');
});

test('an admin of one project creates no other, from the control room neither', async () => {
  await using hub = await startTestHub();
  const { token } = await boundAdmin(hub);
  expect(codeOf(await hub.call('project.create', { id: 'mine' }, { token, project: 'mine' }))).toBe('FORBIDDEN');
  await using socket = await TestSocket.connected(`${hub.url}/control`, { token });
  await socket.call('subscribe', { project: PROJECT });
  expect(await socket.call('project.create', { id: 'mine' })).toMatchObject({ error: { code: 'FORBIDDEN' } });
});

test('an admin of one project removes no other', async () => {
  await using hub = await startTestHub();
  const { token } = await boundAdmin(hub);
  const remove = (projectId: string) => hub.call('project.remove', { projectId }, { token });
  expect(codeOf(await remove('web'))).toBe('FORBIDDEN');
  expect(codeOf(await remove(PROJECT))).toBe('INVALID_STATE');
});

test('a project that exists but could not be opened is opened by the next attempt to create it', async () => {
  let away = true;
  await using hub = await startTestHub({}, (id) => {
    if (id === 'late' && away) throw new StoreUnavailable('Redis is away');
  });
  const create = () => hub.call('project.create', { id: 'late' }, { project: 'late' });
  expect(codeOf(await create())).toBe('STORAGE_UNAVAILABLE');
  away = false;
  expect(codeOf(await create())).toBe('CONFLICT');
  expect(codeOf(await hub.call('task.list', {}, { project: 'late' }))).toBe('ok');
});

test('a token revoked while its agent is let in leaves no socket open', async () => {
  await using hub = await startTestHub();
  const { token, tokenId } = await hub.token({ role: 'agent', project: PROJECT });
  const agent = { id: 'alice', role: 'developer', accepts: 'none' };
  // The registration waits for the ledger; the token is gone before it is answered.
  hub.ledger.faults = Array.from({ length: 4 }, () => 'before' as const);
  const opening = TestSocket.open(`${hub.url}/agent`, { token, project: PROJECT, protocol: 1, agent });
  await vi.waitUntil(() => hub.project.ledger.failingSince !== undefined, SOON);
  await hub.call('token.revoke', { tokenId });
  expect(hub.project.ledger.failingSince).toBeDefined();
  const opened = await opening;
  if (opened instanceof TestSocket) throw new Error('it was let in');
  expect(opened.refused).toMatchObject({ code: 'UNAUTHENTICATED' });
});
