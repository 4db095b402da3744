import { expect, test } from 'vitest';
import { createWireParser, encoded } from './wire-parser.ts';

/** What a decoder makes of a frame. */
function decode(frame: unknown, measureFrom = 100): { packet: unknown; bytesOf(input: unknown): number } {
  const { Decoder, bytesOf } = createWireParser(measureFrom);
  const decoder = new Decoder() as InstanceType<typeof Decoder> & { add(text: unknown): void };
  let packet: unknown;
  decoder.on('decoded', (decoded) => {
    packet = decoded;
  });
  decoder.add(frame);
  return { packet, bytesOf };
}

// The examples of the Socket.IO protocol, revision 5, that are not binary.
test.each([
  ['0', { type: 0, nsp: '/' }],
  ['0{"token":"123"}', { type: 0, nsp: '/', data: { token: '123' } }],
  ['0/agent', { type: 0, nsp: '/agent' }],
  ['0/agent,{"token":"a/b,c"}', { type: 0, nsp: '/agent', data: { token: 'a/b,c' } }],
  ['1/agent,', { type: 1, nsp: '/agent' }],
  ['2["foo"]', { type: 2, nsp: '/', data: ['foo'] }],
  ['212["foo"]', { type: 2, nsp: '/', id: 12, data: ['foo'] }],
  ['2/agent,12["task.next",{}]', { type: 2, nsp: '/agent', id: 12, data: ['task.next', {}] }],
  ['3/agent,0["bar"]', { type: 3, nsp: '/agent', id: 0, data: ['bar'] }],
])('%s is read', (frame, packet) => expect(decode(frame).packet).toEqual(packet));

test('what is JSON already goes out as it is', () => {
  const { Encoder } = createWireParser(100);
  const data = ['diff', encoded<object>('{"a":[1,"ä"]}')];
  expect(new Encoder().encode({ type: 2, nsp: '/control', data })).toEqual(['2/control,["diff",{"a":[1,"ä"]}]']);
});

test.each([
  '',
  'x',
  '4{"message":"no"}',
  '51-["x",{"_placeholder":true,"num":0}]',
  '2',
  '2{}',
  '2[7]',
  '2["connect"]',
  '2["foo"',
  '2["foo"]]',
  '0[]',
  '0null',
  '1{}',
  '3["no id"]',
  '30{}',
  Buffer.from('2["foo"]'),
  undefined,
])('%s is refused', (frame) => expect(() => decode(frame)).toThrow());

test.each([
  [{ type: 0, nsp: '/agent', data: { sid: 'x' } }, '0/agent,{"sid":"x"}'],
  [{ type: 2, nsp: '/', data: ['foo', { a: 1 }] }, '2["foo",{"a":1}]'],
  [{ type: 3, nsp: '/agent', id: 0, data: [{ ok: true }] }, '3/agent,0[{"ok":true}]'],
  [{ type: 1, nsp: '/agent' }, '1/agent,'],
])('%o is written', (packet, text) => {
  const { Encoder } = createWireParser(100);
  expect(new Encoder().encode(packet)).toEqual([text]);
});

test('an input over the smallest limit is measured as it came, in bytes', () => {
  for (const body of ['x'.repeat(200), 'ä'.repeat(200), '😀'.repeat(60)]) {
    const input = JSON.stringify({ body });
    const { packet, bytesOf } = decode(`2/agent,7["message.send",${input}]`);
    const [, parsed] = (packet as { data: unknown[] }).data;
    expect(bytesOf(parsed)).toBe(Buffer.byteLength(input));
  }
  const { packet, bytesOf } = decode('2/agent,7["message.send",{"body":"x"}]', 1_000);
  expect(bytesOf((packet as { data: unknown[] }).data[1])).toBe(0);
});
