import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Draft } from '../domain/view.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryStore } from '../ledger/memory-store.ts';
import { SOON } from '../testing/soon.ts';
import { OWNER_TOKEN, PROJECT, startTestHub, type TestHub } from './testing/test-hub.ts';
import { TestSocket } from './testing/test-socket.ts';
import { TestViewer } from './testing/test-viewer.ts';

const message = (id: string, text = '') => ({
  kind: 'message' as const,
  id,
  from: 'hub',
  to: 'people',
  recipients: [],
  type: text || 'note',
  // What is older than a project keeps would be forgotten meanwhile.
  at: Date.now(),
  bodies: { body: id },
});

/** One transaction of the hub on `acme`. */
const commit = (hub: TestHub, change: (draft: Draft) => void) =>
  hub.project.ledger.execute({
    command: 'test',
    caller: { kind: 'hub' },
    always: true,
    decide: (draft) => {
      change(draft);
      return {};
    },
  });

/** The digest of what subscribers may see, by the hub's own copy. */
const digestOf = (hub: TestHub): Promise<string> => hub.project.ledger.read((replica) => replica.digest);

/** What is wrong with the viewer once it is where the hub is: nothing, hopefully. */
async function faultsOf(hub: TestHub, viewer: TestViewer): Promise<string[]> {
  await viewer.level(hub);
  const [has, wants] = [viewer.model.digest, await digestOf(hub)];
  return has === wants ? viewer.model.faults : [...viewer.model.faults, `${has} is not the digest ${wants} of the hub`];
}

test('a subscriber gets a snapshot, then every change', async () => {
  await using hub = await startTestHub();
  await commit(hub, (draft) => draft.put(message('M-1')));
  const { viewer, answer } = await TestViewer.open(hub);
  await using _ = viewer;
  expect(answer).toMatchObject({
    ok: true,
    mode: 'snapshot',
    epoch: hub.project.ledger.epoch,
    seq: hub.project.ledger.seq,
    you: { name: 'owner', role: 'admin' },
    durability: 'memory',
  });
  await commit(hub, (draft) => draft.put(message('M-2')));
  await commit(hub, (draft) => draft.remove('message', 'M-1'));
  expect(await faultsOf(hub, viewer)).toEqual([]);
});

test('an empty project is a snapshot of one part', async () => {
  await using hub = await startTestHub();
  const { viewer } = await TestViewer.open(hub);
  await using _ = viewer;
  await viewer.until(() => viewer.model.cursor !== undefined);
  expect(await faultsOf(hub, viewer)).toEqual([]);
});

test('a large project comes in parts of at most 500 records', async () => {
  await using hub = await startTestHub();
  await commit(hub, (draft) => {
    for (let id = 1; id <= 1_234; id++) draft.put(message(`M-${id}`));
  });
  const { viewer } = await TestViewer.open(hub);
  await using _ = viewer;
  expect(await faultsOf(hub, viewer)).toEqual([]);
  const sizes = viewer.connection.events
    .filter(({ name }) => name === 'snapshot')
    .map(({ payload }) => (payload.records as unknown[]).length);
  expect(sizes).toEqual([500, 500, 234]);
});

test('what nobody may see moves the sequence and is not sent', async () => {
  await using hub = await startTestHub();
  const { viewer } = await TestViewer.open(hub);
  await using _ = viewer;
  await viewer.until(() => viewer.model.cursor !== undefined);
  await commit(hub, (draft) => draft.put({ kind: 'body', id: 'b1', text: 'canary' }));
  expect(await faultsOf(hub, viewer)).toEqual([]);
  expect(JSON.stringify(viewer.connection.events)).not.toContain('canary');
});

test('whoever comes back with a cursor gets what it missed, while that is still known', async () => {
  await using hub = await startTestHub();
  const { viewer: first } = await TestViewer.open(hub);
  expect(await faultsOf(hub, first)).toEqual([]);
  await first[Symbol.asyncDispose]();
  for (let id = 1; id <= 50; id++) await commit(hub, (draft) => draft.put(message(`M-${id % 7}`)));
  const { viewer, answer } = await TestViewer.open(hub, { model: first.model });
  expect(answer).toMatchObject({ mode: 'resumed', seq: hub.project.ledger.seq });
  expect(await faultsOf(hub, viewer)).toEqual([]);
  expect(viewer.connection.events.map(({ name }) => name)).not.toContain('snapshot');
  await viewer[Symbol.asyncDispose]();
  await commit(hub, (draft) => {
    for (let id = 1; id <= 10_001; id++) draft.put(message(`M-${id}`));
  });
  await commit(hub, (draft) => draft.put(message('M-1')));
  const { viewer: late, answer: anew } = await TestViewer.open(hub, { model: viewer.model });
  await using _ = late;
  expect(anew).toMatchObject({ mode: 'snapshot' });
  expect(await faultsOf(hub, late)).toEqual([]);
});

test('whoever was ahead of this node on another one is not sent back in time', async () => {
  await using hub = await startTestHub();
  const elsewhere = await Ledger.open({ store: new MemoryStore(hub.ledger, 'elsewhere'), node: 'elsewhere' });
  for (let n = 0; n < 3; n++)
    await elsewhere.execute({ command: 'test', caller: { kind: 'hub' }, always: true, decide: () => ({}) });
  const { epoch, seq } = elsewhere;
  expect(hub.project.ledger.seq).toBeLessThan(seq);
  await using owner = await TestSocket.connected(`${hub.url}/control`, { token: OWNER_TOKEN });
  expect(await owner.call('subscribe', { project: PROJECT, cursor: { epoch, seq } })).toMatchObject({
    mode: 'resumed',
    epoch,
    seq,
  });
  await elsewhere.close();
});

test('whoever comes back while Redis is silent hears the digest of what is committed, also if nobody was watching', async () => {
  await using hub = await startTestHub();
  const { viewer: first } = await TestViewer.open(hub);
  expect(await faultsOf(hub, first)).toEqual([]);
  // It looks elsewhere: until it is back nobody watches this project.
  for (const frame of ['snapshot', 'diff', 'beat']) first.connection.socket.removeAllListeners(frame);
  await hub.call('project.create', { id: 'elsewhere' }, { project: 'elsewhere' });
  expect(await first.connection.call('subscribe', { project: 'elsewhere' })).toMatchObject({ ok: true });
  await commit(hub, (draft) => draft.put(message('M-1')));
  hub.ledger.faults = Array.from({ length: 1_000 }, () => 'before' as const);
  const written = commit(hub, (draft) => draft.put(message('M-2')));
  await vi.waitUntil(() => hub.project.ledger.failingSince !== undefined, SOON);
  const { viewer, answer } = await TestViewer.open(hub, { model: first.model });
  await using _ = viewer;
  expect(answer).toMatchObject({ mode: 'resumed' });
  await viewer.until(() => viewer.connection.events.some(({ name }) => name === 'beat'));
  expect(viewer.model.faults).toEqual([]);
  hub.ledger.faults = [];
  await written;
  expect(await faultsOf(hub, viewer)).toEqual([]);
  await first[Symbol.asyncDispose]();
});

test('another epoch brings everybody a snapshot', async () => {
  await using hub = await startTestHub();
  const { viewer } = await TestViewer.open(hub);
  await using _ = viewer;
  await commit(hub, (draft) => draft.put(message('M-1')));
  expect(await faultsOf(hub, viewer)).toEqual([]);
  await hub.newEpoch();
  await commit(hub, (draft) => draft.put(message('M-2')));
  expect(await faultsOf(hub, viewer)).toEqual([]);
});

test('only its own requests are named to a subscriber', async () => {
  await using hub = await startTestHub();
  const { viewer: mine } = await TestViewer.open(hub);
  const { viewer: other } = await TestViewer.open(hub);
  await using _1 = mine;
  await using _2 = other;
  await Promise.all([mine.level(hub), other.level(hub)]);
  expect(await mine.connection.call('task.create', { title: 'x', requestId: 'r1' })).toMatchObject({
    ok: true,
    task: { createdBy: 'human:owner' },
  });
  await other.connection.call('task.create', { title: 'y', requestId: 'r2' });
  expect(await Promise.all([faultsOf(hub, mine), faultsOf(hub, other)])).toEqual([[], []]);
  expect(mine.model.causedBy).toEqual(['r1']);
  expect(other.model.causedBy).toEqual(['r2']);
});

test('a second subscribe moves the connection', async () => {
  await using hub = await startTestHub();
  await hub.call('project.create', { id: 'other' }, { project: 'other' });
  const { viewer } = await TestViewer.open(hub);
  await using _ = viewer;
  await viewer.level(hub);
  expect(await viewer.connection.call('subscribe', { project: 'other' })).toMatchObject({ ok: true, mode: 'snapshot' });
  await commit(hub, (draft) => draft.put(message('M-1', 'canary')));
  expect(await viewer.connection.call('task.create', { title: 'in other' })).toMatchObject({
    ok: true,
    task: { id: 'T-1' },
  });
  expect(await hub.call('task.list', {}, { project: 'other' })).toMatchObject({
    body: { tasks: [{ title: 'in other' }] },
  });
  await viewer.connection.next('diff', ({ puts }) => JSON.stringify(puts).includes('in other'));
  expect(JSON.stringify(viewer.connection.events)).not.toContain('canary');
});

test('beats and ages of agents come right after the state, and again', async () => {
  await using hub = await startTestHub();
  await hub.call('agent.register', { id: 'carol', role: 'ai_specialist' });
  const { viewer } = await TestViewer.open(hub);
  await using _ = viewer;
  const { payload: beat } = await viewer.connection.next('beat');
  expect(beat).toMatchObject({
    epoch: hub.project.ledger.epoch,
    node: 'node-1',
    digest: await digestOf(hub),
    viewers: 1,
  });
  const { payload } = await viewer.connection.next('presence');
  expect(payload).toEqual({ agents: [['carol', expect.any(Number)]] });
  await viewer.connection.next('beat');
  expect(viewer.model.faults).toEqual([]);
});

test('an agent this hub has not heard yet, as after a start, has no age', async () => {
  await using hub = await startTestHub();
  for (const id of ['carol', 'dave']) await hub.call('agent.register', { id, role: 'ai_specialist' });
  hub.project.presence.forget('dave');
  const { viewer } = await TestViewer.open(hub);
  await using _ = viewer;
  const { payload } = await viewer.connection.next('presence');
  expect(payload).toEqual({ agents: [['carol', expect.any(Number)]] });
});

test('subscriptions that are wrong, foreign or to nothing are refused', async () => {
  await using hub = await startTestHub();
  await hub.call('project.create', { id: 'other' }, { project: 'other' });
  const { token } = await hub.token({ role: 'viewer', project: 'other' });
  await using owner = await TestSocket.connected(`${hub.url}/control`, {
    token: 'owner-token-of-thirty-two-characters-or-more',
  });
  await using viewer = await TestSocket.connected(`${hub.url}/control`, { token });
  expect(await owner.call('subscribe', {})).toMatchObject({
    error: { code: 'BAD_INPUT', details: { field: 'project' } },
  });
  expect(await owner.call('subscribe')).toMatchObject({ error: { code: 'BAD_INPUT' } });
  expect(await owner.call('subscribe', { project: 'acme', cursor: 7 })).toMatchObject({
    error: { details: { field: 'cursor' } },
  });
  expect(await owner.call('subscribe', { project: 'nowhere' })).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await owner.call('task.list', {})).toMatchObject({ error: { code: 'INVALID_STATE' } });
  expect(await owner.call('project.list', {})).toMatchObject({ ok: true });
  expect(await viewer.call('subscribe', { project: PROJECT })).toMatchObject({ error: { code: 'FORBIDDEN' } });
  expect(await TestSocket.open(`${hub.url}/control`, {})).toMatchObject({ refused: { code: 'UNAUTHENTICATED' } });
  expect(await TestSocket.open(`${hub.url}/control`, { token: 7 })).toMatchObject({
    refused: { code: 'BAD_INPUT', details: { field: 'token' } },
  });
  expect(await TestSocket.open(`${hub.url}/control`, { token, note: 'x'.repeat(9_000) })).toMatchObject({
    refused: { code: 'BAD_INPUT' },
  });
});

test('a subscribe to a project that cannot be looked for is answered in time, and finds nothing later', async () => {
  await using hub = await startTestHub();
  await using socket = await TestSocket.connected(`${hub.url}/control`, { token: OWNER_TOKEN });
  let found: (project: TestHub['project'] | undefined) => void = () => {};
  const find = vi.spyOn(hub.projects, 'find').mockImplementation(() => new Promise((resolve) => (found = resolve)));
  const answer = socket.call('subscribe', { project: 'elsewhere' });
  await vi.waitUntil(() => find.mock.calls.length === 1, SOON);
  const before = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => before() + 9_900);
  expect(await answer).toMatchObject({ error: { code: 'STORAGE_UNAVAILABLE' } });
  clock.mockRestore();
  found(hub.project);
  expect(await socket.call('task.list', {})).toMatchObject({ error: { code: 'INVALID_STATE' } });
  find.mockRestore();
});

test('a project that Redis does not let be opened is unavailable, not missing and no fault of the hub', async () => {
  await using hub = await startTestHub();
  await using socket = await TestSocket.connected(`${hub.url}/control`, { token: OWNER_TOKEN });
  const find = vi.spyOn(hub.projects, 'find').mockRejectedValue(new Error('MISCONF'));
  const unavailable = { code: 'STORAGE_UNAVAILABLE' };
  expect(await socket.call('subscribe', { project: 'elsewhere' })).toMatchObject({ error: unavailable });
  const { body } = await hub.call('task.list', {}, { project: 'elsewhere' });
  expect(body).toMatchObject({ error: unavailable });
  expect(hub.errors).toEqual([]);
  find.mockRestore();
});

test('while Redis is away only so many wait to read', async () => {
  await using hub = await startTestHub();
  const { ledger } = hub.project;
  hub.ledger.faults = Array.from({ length: 1_000 }, () => 'before' as const);
  const written = hub.call('task.create', { title: 'Wait for Redis' });
  await vi.waitUntil(() => ledger.failingSince !== undefined, SOON);
  const reads = Array.from({ length: 20_000 }, () => ledger.read(() => 'read'));
  expect((await hub.call('task.list', {})).body).toMatchObject({ error: { code: 'OVERLOADED' } });
  hub.ledger.faults = [];
  await Promise.all([written, ...reads]);
  expect((await hub.call('task.list', {})).body).toMatchObject({ ok: true });
});

test("an agent's token only reads here", async () => {
  await using hub = await startTestHub();
  const { token } = await hub.token({ role: 'agent', project: PROJECT });
  const { viewer } = await TestViewer.open(hub, { token });
  await using _ = viewer;
  expect(await viewer.connection.call('task.list', {})).toMatchObject({ ok: true });
  expect(await viewer.connection.call('task.create', { title: 'x' })).toMatchObject({ error: { code: 'FORBIDDEN' } });
  expect(await viewer.connection.call('agent.register', { id: 'eve', role: 'coordinator' })).toMatchObject({
    error: { code: 'FORBIDDEN' },
  });
});

test('snapshot and diffs are the state of the hub, whatever happens', { timeout: 60_000 }, async () => {
  const id = fc.integer({ min: 1, max: 12 }).map((number) => `M-${number}`);
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), ids: fc.array(id, { maxLength: 6 }) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), ids: fc.array(id, { maxLength: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('hidden' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('back' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('epoch' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await using hub = await startTestHub();
      const viewers: TestViewer[] = [];
      const writes: Promise<unknown>[] = [];
      for (const one of steps) {
        if (one.do === 'put')
          writes.push(
            commit(hub, (draft) => {
              for (const each of one.ids) draft.put(message(each));
            }),
          );
        else if (one.do === 'remove')
          writes.push(
            commit(hub, (draft) => {
              for (const each of one.ids) draft.remove('message', each);
            }),
          );
        else if (one.do === 'hidden')
          writes.push(commit(hub, (draft) => void draft.put({ kind: 'body', id: 'b', text: 'x' })));
        else if (one.do === 'join') viewers.push((await TestViewer.open(hub)).viewer);
        else if (one.do === 'epoch') await hub.newEpoch();
        else if (one.do === 'settle') await Promise.all(writes);
        else {
          const before = viewers.shift();
          if (before === undefined) continue;
          await before[Symbol.asyncDispose]();
          viewers.push((await TestViewer.open(hub, { model: before.model })).viewer);
        }
      }
      await Promise.all(writes);
      for (const viewer of viewers) {
        expect(await faultsOf(hub, viewer)).toEqual([]);
        await viewer[Symbol.asyncDispose]();
      }
      expect(hub.errors).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
