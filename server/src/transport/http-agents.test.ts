import { expect, test, vi } from 'vitest';
import { Gate } from './gate.ts';
import { PROJECT, startTestHub, type TestHub } from './testing/test-hub.ts';

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

test('an agent over HTTP registers, then says which connection it is', async () => {
  await using hub = await startTestHub();
  const { token } = await hub.token({ role: 'agent', project: PROJECT });
  const { body: welcome } = await hub.call(
    'agent.register',
    { id: 'carol', role: 'ai_specialist', accepts: 'pull' },
    { token },
  );
  expect(welcome).toMatchObject({ ok: true, agentId: 'carol', connection: expect.any(Number) });
  const me = { 'signalbox-agent': 'carol', 'signalbox-connection': String(welcome.connection) };
  expect(await hub.call('agent.heartbeat', {}, { token, headers: me })).toMatchObject({
    status: 200,
    body: { state: 'idle', pending: { messages: [] } },
  });
  expect(await hub.call('task.next', {}, { token, headers: me })).toMatchObject({ status: 200, body: { task: null } });
  expect(await hub.call('task.next', {}, { token })).toMatchObject({
    status: 400,
    body: { error: { code: 'BAD_INPUT', message: expect.stringContaining('Signalbox-Connection') } },
  });
  expect(await hub.call('task.next', {}, { token, headers: { 'signalbox-agent': 'carol' } })).toMatchObject({
    status: 400,
    body: { error: { details: { field: 'Signalbox-Connection' } } },
  });
  expect(await hub.call('task.next', {}, { token, headers: { 'signalbox-connection': '3' } })).toMatchObject({
    status: 400,
    body: { error: { details: { field: 'Signalbox-Agent' } } },
  });
  expect(await hub.call('task.next', {}, { token, headers: { ...me, 'signalbox-connection': 'x' } })).toMatchObject({
    status: 400,
  });
  expect(await hub.call('task.list', {}, { token })).toMatchObject({ status: 200 });
  const { body: again } = await hub.call(
    'agent.register',
    { id: 'carol', role: 'ai_specialist', accepts: 'pull', takeover: true },
    { token, headers: me },
  );
  expect(await hub.call('task.next', {}, { token, headers: me })).toMatchObject({
    status: 409,
    body: { error: { code: 'SUPERSEDED' } },
  });
  expect(
    await hub.call('task.next', {}, { token, headers: { ...me, 'signalbox-connection': String(again.connection) } }),
  ).toMatchObject({ status: 200 });
});

test('a connection that was never given out is no sign of life', async () => {
  await using hub = await startTestHub();
  await hub.call('agent.register', { id: 'carol', role: 'ai_specialist' });
  const forged = { 'signalbox-agent': 'carol', 'signalbox-connection': '999999' };
  expect(await hub.call('task.next', {}, { headers: forged })).toMatchObject({
    status: 400,
    body: { error: { details: { field: 'Signalbox-Connection' } } },
  });
  expect(
    await hub.call('task.next', { nothing: 1 }, { headers: { ...forged, 'signalbox-agent': 'nobody' } }),
  ).toMatchObject({ status: 400, body: { error: { details: { field: 'nothing' } } } });
  expect(await hub.call('task.next', {}, { headers: { ...forged, 'signalbox-agent': 'nobody' } })).toMatchObject({
    status: 409,
    body: { error: { code: 'SUPERSEDED' } },
  });
});

test('who is refused pays himself: nobody uses up what is another’s', async () => {
  await using hub = await startTestHub();
  const { body } = await hub.call('agent.register', { id: 'carol', role: 'ai_specialist' });
  const carol = { 'signalbox-agent': 'carol', 'signalbox-connection': String(body.connection) };
  const { token, tokenId } = await hub.token({ role: 'agent', project: PROJECT });
  await hub.call('project.create', { id: 'other' }, { project: 'other' });
  const far = await hub.token({ role: 'agent', project: 'other' });
  const paid = vi.spyOn(Gate.prototype, 'refuse');
  const payerOf = async (...asked: Parameters<TestHub['call']>): Promise<[number, unknown]> => {
    paid.mockClear();
    const { status } = await hub.call(...asked);
    return [status, paid.mock.calls.map(([actor]) => actor)];
  };
  try {
    expect(await payerOf('task.next', {}, { headers: carol })).toEqual([200, ['acme/carol']]);
    const own = [`token:${tokenId}`];
    expect(await payerOf('task.next', {}, { token, headers: carol })).toEqual([403, own]);
    const forged = { ...carol, 'signalbox-connection': '999999' };
    expect(await payerOf('task.next', {}, { token, headers: forged })).toEqual([403, own]);
    expect(await payerOf('task.next', {}, { token, headers: { 'signalbox-agent': 'carol' } })).toEqual([400, own]);
    expect(await payerOf('task.next', {}, { token, headers: { 'signalbox-seen': 'x' } })).toEqual([400, own]);
    expect(await payerOf('task.next', {}, { token: far.token, headers: carol })).toEqual([
      403,
      [`token:${far.tokenId}`],
    ]);
  } finally {
    paid.mockRestore();
  }
});

test('a request of an agent has one time for all that is asked of the ledger', { timeout: 5_000 }, async () => {
  await using hub = await startTestHub();
  const { body } = await hub.call('agent.register', { id: 'carol', role: 'ai_specialist' });
  const carol = { 'signalbox-agent': 'carol', 'signalbox-connection': String(body.connection) };
  const { ledger } = hub.project;
  const real = performance.now.bind(performance);
  let ahead = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => real() + ahead);
  const looked = new Promise<() => void>((resolve) => {
    const read = ledger.read.bind(ledger);
    vi.spyOn(ledger, 'read').mockImplementationOnce(
      (look) => new Promise((found) => resolve(() => void read(look).then(found))),
    );
  });
  const begun = new Promise<void>((resolve) => {
    vi.spyOn(ledger, 'execute').mockImplementation(() => {
      resolve();
      return new Promise(() => {});
    });
  });
  try {
    const answer = hub.call('task.create', { title: 'x' }, { headers: carol });
    const goOn = await looked;
    ahead = 8_000;
    goOn();
    await begun;
    ahead = 9_800;
    expect(await answer).toMatchObject({ status: 504, body: { error: { code: 'TIMEOUT' } } });
  } finally {
    vi.restoreAllMocks();
  }
});

test('a token bound to an agent needs no name and takes no other', async () => {
  await using hub = await startTestHub();
  const { token } = await hub.token({ role: 'agent', project: PROJECT, agentId: 'carol' });
  const { body } = await hub.call('agent.register', { id: 'carol', role: 'ai_specialist' }, { token });
  const connection = { 'signalbox-connection': String(body.connection) };
  expect(await hub.call('task.next', {}, { token, headers: connection })).toMatchObject({ status: 200 });
  expect(
    await hub.call('task.next', {}, { token, headers: { ...connection, 'signalbox-agent': 'bob' } }),
  ).toMatchObject({ status: 403 });
  expect(await hub.call('agent.register', { id: 'bob', role: 'ai_specialist' }, { token })).toMatchObject({
    status: 403,
  });
});

test('a viewer does not become an agent by a header', async () => {
  await using hub = await startTestHub();
  const { token } = await hub.token({ role: 'viewer' });
  const { body } = await hub.call('agent.register', { id: 'carol', role: 'ai_specialist' });
  const me = { 'signalbox-agent': 'carol', 'signalbox-connection': String(body.connection) };
  expect(await hub.call('task.create', { title: 'x' }, { token, headers: me })).toMatchObject({ status: 403 });
});

test('whoever speaks as an agent may do what agents may, whatever its token would allow', async () => {
  await using hub = await startTestHub();
  const { token } = await hub.token({ role: 'operator' });
  const { body } = await hub.call('agent.register', { id: 'carol', role: 'coordinator' }, { token });
  const me = { 'signalbox-agent': 'carol', 'signalbox-connection': String(body.connection) };
  const order = { to: 'all', action: 'pause' };
  expect(await hub.call('directive.send', order, { token, headers: me })).toMatchObject({
    status: 403,
    body: { error: { code: 'FORBIDDEN', message: expect.stringContaining('yours is agent') } },
  });
  expect(await hub.call('directive.send', { ...order, to: 'carol' }, { token })).toMatchObject({ status: 200 });
});

test('an agent token that is bound to no id speaks for nobody who registered with another', async () => {
  await using hub = await startTestHub();
  const [alice, mallory] = [
    await hub.token({ role: 'agent', project: PROJECT }),
    await hub.token({ role: 'agent', project: PROJECT }),
  ];
  const as = (token: string, command: string, input: object, headers = {}) =>
    hub.fetch(`/api/v1/projects/${PROJECT}/${command}`, {
      method: 'POST',
      headers: { ...bearer(token), ...headers },
      body: JSON.stringify(input),
    });
  const { body } = await as(alice.token, 'agent.register', { id: 'alice', role: 'coder' });
  const headers = { 'Signalbox-Agent': 'alice', 'Signalbox-Connection': String(body.connection) };
  expect(await as(mallory.token, 'lock.claim', { paths: ['a'] }, headers)).toMatchObject({
    status: 403,
    body: { error: { code: 'FORBIDDEN' } },
  });
  expect(await as(alice.token, 'lock.claim', { paths: ['a'] }, headers)).toMatchObject({ status: 200 });
});
