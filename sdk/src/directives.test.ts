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
