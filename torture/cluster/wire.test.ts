import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Wire } from './wire.ts';

let wire: Wire;
let far: Socket;
let near: Socket;
let heard = '';
let port: number;
let close: () => Promise<void>;

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.on('close', () => resolve()));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Something came and went beside the wire: whatever was to come through it would have come. */
async function meanwhile(): Promise<void> {
  const beside = connect(port, '127.0.0.1').on('error', () => {});
  await once(beside, 'connect');
  for (let turns = 0; turns < 20; turns++) await turn();
  beside.destroy();
}

/** Resolves when the near end has heard as much. */
const hears = async (text: string): Promise<void> => {
  while (!heard.includes(text)) await once(near, 'data');
};

beforeEach(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  wire = await Wire.to({ host: '127.0.0.1', port });
  const accepted = once(server, 'connection');
  near = connect(wire.port, '127.0.0.1');
  [far] = (await accepted) as [Socket];
  heard = '';
  near.on('data', (chunk) => (heard += chunk.toString()));
  for (const socket of [near, far]) socket.on('error', () => {});
  close = async () => {
    await wire.close();
    near.destroy();
    server.close();
  };
});
afterEach(() => close());

test('what was slow is not overtaken by what comes when it is fast again', async () => {
  wire.weather = { kind: 'slow', ms: 60 };
  far.write('first ');
  while (wire.delayed === 0) await turn();
  wire.weather = { kind: 'clear' };
  far.write('second ');
  await hears('second');
  expect(heard).toBe('first second ');
});

test.each(['stalled', 'one way'] as const)('%s: nothing comes out, and nothing is lost', async (kind) => {
  wire.weather = { kind };
  far.write('kept');
  const said = once(far, 'data');
  near.write('asked');
  // The other way is clear, or stalled, too: then this waits for the clear weather.
  if (kind === 'one way') expect(String((await said)[0])).toBe('asked');
  await meanwhile();
  expect(wire.delivered).toBe(0);
  wire.weather = { kind: 'clear' };
  await hears('kept');
  expect(String((await said)[0])).toBe('asked');
  expect(wire.delivered).toBe(4);
});

test('stalled: tells what waits, either way, and that nothing does when it was passed on', async () => {
  expect(wire.waiting).toBe(0);
  wire.weather = { kind: 'stalled' };
  expect(wire.waiting).toBe(0);
  far.write('kept');
  while (wire.waiting < 4) await turn();
  near.write('asked');
  while (wire.waiting < 9) await turn();
  // More of it stays with who sends it.
  far.write('more');
  await meanwhile();
  expect(wire.waiting).toBe(9);
  wire.weather = { kind: 'clear' };
  await hears('keptmore');
  expect(wire.waiting).toBe(0);
});

test('what was slow waits, too, once it is stalled', async () => {
  wire.weather = { kind: 'slow', ms: 1 };
  far.write('kept');
  while (wire.delayed === 0) await turn();
  wire.weather = { kind: 'stalled' };
  // Set later and for longer: when this is over, so is the time for which it was slow.
  await new Promise((resolve) => setTimeout(resolve, 2));
  expect(wire).toMatchObject({ waiting: 4, delivered: 0 });
  wire.weather = { kind: 'clear' };
  await hears('kept');
});

test.each([
  ['stalled', () => near, () => far],
  ['stalled', () => far, () => near],
  ['one way', () => far, () => near],
] as const)('%s: the end of a connection comes through once it is clear', async (kind, one, other) => {
  wire.weather = { kind };
  let isHeard = false;
  const end = closed(other()).then(() => (isHeard = true));
  one().destroy();
  await meanwhile();
  expect(isHeard).toBe(false);
  wire.weather = { kind: 'clear' };
  await end;
  expect(wire.connections).toBe(0);
});

test('cut: who is connected is reset, and nobody gets through', async () => {
  const reset = closed(near);
  wire.weather = { kind: 'cut' };
  await reset;
  expect(wire.connections).toBe(0);
  expect(wire.refused).toBe(0);
  await closed(connect(wire.port, '127.0.0.1').on('error', () => {}));
  expect(wire).toMatchObject({ connections: 0, refused: 1 });
});
