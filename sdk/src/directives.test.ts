import { expect, test } from 'vitest';
import { connectedClient } from './testing/connected-client.ts';
import { settled } from './testing/manual-timers.ts';

const directive = (n: number, action: string, fields: object = {}) => ({
  directive: {
    kind: 'directive',
    id: `D-${n}`,
    rev: 20 + n,
    from: 'human:Kim',
    action,
    mode: 'steer',
    body: 'hello',
    expired: false,
    ...fields,
  },
});

test('the frame is acknowledged, further receipts come from the handler alone', async () => {
  const { wire, client } = await connectedClient();
  const frame = wire.socket.push('directive', directive(1, 'ask'));
  expect(frame.acked).toBe(true);
  await settled();
  expect(wire.socket.all('directive.receipt')).toEqual([]);
  client.onDirective(async ({ directive: { action, body }, read, done }) => {
    await read('turn-7');
    await done(`${action} ${body}: yes`);
  });
  await settled();
  expect(wire.socket.last('directive.receipt').payload).toMatchObject({
    directiveId: 'D-1',
    state: 'read',
    turnId: 'turn-7',
  });
  wire.socket.last('directive.receipt').answer({});
  await settled();
  expect(wire.socket.last('directive.receipt').payload).toMatchObject({ state: 'done', note: 'ask hello: yes' });
});

test('a directive sent again is acknowledged again and handled once; an expired one never', async () => {
  const { wire, client } = await connectedClient();
  const seen: string[] = [];
  client.onDirective((call) => void seen.push(call.directive.id));
  wire.socket.push('directive', directive(1, 'say'));
  expect(wire.socket.push('directive', directive(1, 'say')).acked).toBe(true);
  wire.socket.push('directive', directive(2, 'say', { expired: true }));
  await settled();
  expect(seen).toEqual(['D-1']);
});

test('one whose handler failed is given to it again when it comes again; what it did to us is not done twice', async () => {
  const { wire, client, reconnect, errors } = await connectedClient();
  const seen: string[] = [];
  client.onDirective(({ directive: { id } }) => {
    seen.push(id);
    if (seen.length === 1) throw new Error('no model');
  });
  wire.socket.push('directive', directive(1, 'pause'));
  await settled();
  expect([seen, errors]).toEqual([['D-1'], ['handling D-1: no model']]);
  wire.socket.push('directive', directive(2, 'resume'));
  await settled();
  await reconnect();
  wire.socket.push('directive', directive(1, 'pause'));
  wire.socket.push('directive', directive(2, 'resume'));
  await settled();
  expect(seen).toEqual(['D-1', 'D-2', 'D-1']);
  expect(client.paused).toBe(false);
});

test('a receipt waits for a hub that is away, as long as it takes', async () => {
  const { wire, timers, client, welcome, errors } = await connectedClient();
  client.onDirective(({ done }) => done());
  wire.socket.push('directive', directive(1, 'say'));
  await settled();
  const { requestId } = wire.socket.last('directive.receipt').payload;
  wire.socket.cut();
  await timers.advance(60_000);
  await welcome();
  expect(wire.socket.last('directive.receipt').payload).toMatchObject({ directiveId: 'D-1', state: 'done', requestId });
  expect(errors).toEqual([]);
});

test('another directive under a number we know is another one', async () => {
  const { wire, client, reconnect } = await connectedClient();
  const seen: unknown[] = [];
  client.onDirective((call) => void seen.push(call.directive.body));
  wire.socket.push('directive', directive(1, 'say', { at: 1_000, body: 'old' }));
  await settled();
  // Redis was replaced by an older copy.
  await reconnect({ epoch: 2 });
  wire.socket.push('directive', directive(1, 'say', { at: 2_000, body: 'new' }));
  await settled();
  expect(seen).toEqual(['old', 'new']);
});

test('pause and resume are visible, by directive and by heartbeat', async () => {
  const { wire, timers, client } = await connectedClient();
  const heard: boolean[] = [];
  client.onPaused((paused) => heard.push(paused));
  wire.socket.push('directive', directive(1, 'pause'));
  expect(client.paused).toBe(true);
  // Decided before the pause: it knows nothing of it.
  wire.socket.last('agent.heartbeat').answer({ state: 'working', seq: 15 });
  await settled();
  expect(client.paused).toBe(true);
  wire.socket.push('directive', directive(2, 'resume'));
  expect(client.paused).toBe(false);
  await timers.advance(15_000);
  wire.socket.last('agent.heartbeat').answer({ state: 'paused', seq: 30 });
  await settled();
  expect(client.paused).toBe(true);
  await timers.advance(15_000);
  wire.socket.last('agent.heartbeat').answer({ state: 'asking', seq: 31 });
  await settled();
  expect(heard).toEqual([true, false, true]);
});
