import type { Random } from '../random.ts';
import { hear } from './client.ts';
import type { Inputs } from './inputs.ts';
import { open } from './open.ts';
import type { RawSocket } from './raw-socket.ts';
import type { Door } from './talker.ts';
import type { Verdicts } from './verdicts.ts';
import { frameOf, OPCODES, textFrame } from './web-socket-frame.ts';

/** One connection's worth of bytes; `cut`: the last frame never comes to its end. */
interface Abuse {
  frames: Buffer[];
  cut: boolean;
}

const MAX_FRAMES = 7;
const CONNECTS_PROPERLY = 0.5;
const IN_ONE_PIECE = 0.3;
const TOO_LARGE = 2 * 1024 * 1024 + 1;
const OPCODES_OF_NOBODY = [3, 4, 5, 6, 7, 11, 12, 15];

export interface RudeOptions {
  hub: URL;
  doors: readonly Door[];
  inputs: Inputs;
  random: Random;
  verdicts: Verdicts;
  /** Takes up to so many from what is still to be sent; says how many. */
  take(frames: number): number;
  /** So many were never read. */
  giveBack(frames: number): void;
}

/** Connection after connection of what breaks the protocol: each is answered or ended, none is left hanging. */
export async function beRude(options: RudeOptions): Promise<void> {
  const { random, hub, verdicts, take, giveBack } = options;
  for (let count = take(1 + random.below(MAX_FRAMES)); count > 0; count = take(1 + random.below(MAX_FRAMES))) {
    const { frames, cut } = abuse(options, count);
    const shown = frames.map((frame) => frame.toString('latin1', 0, 80)).join(' | ');
    const socket = await open(hub, verdicts);
    if (socket === undefined) {
      giveBack(count);
      continue;
    }
    socket.onText = (text) => {
      const heard = hear(text);
      if (heard.kind === 'answer') verdicts.answer(heard.text, shown);
      if (heard.kind === 'refused') verdicts.refusedHandshake(heard.error, shown);
    };
    const { read, settled } = await (random.chance(IN_ONE_PIECE)
      ? inOnePiece(socket, frames, cut)
      : oneByOne(socket, frames, cut));
    giveBack(count - read);
    if (settled === 'ended') verdicts.count(`closed ${(await socket.ended).code ?? 'without a close frame'}`);
    else verdicts.count('left open');
    if (settled === 'hangs' || (await socket.leave()) === 'hangs') verdicts.find('a connection that hangs', shown, '');
  }
}

/** How many of the frames the hub has read for certain, and what became of the connection. */
interface Sent {
  read: number;
  settled: 'open' | 'ended' | 'hangs';
}

/** Frames behind one that ends the connection are not looked at, and where that was cannot be seen: then only one counts. */
async function inOnePiece(socket: RawSocket, frames: readonly Buffer[], cut: boolean): Promise<Sent> {
  socket.together(() => {
    for (const frame of frames) socket.sendBytes(frame);
  });
  if (cut) return { read: 1, settled: 'open' };
  const settled = await socket.settled();
  return { read: settled === 'open' ? frames.length : 1, settled };
}

async function oneByOne(socket: RawSocket, frames: readonly Buffer[], cut: boolean): Promise<Sent> {
  let read = 0;
  for (const frame of frames) {
    if (!(await socket.written(frame))) return { read, settled: 'ended' };
    read += 1;
    if (cut && read === frames.length) break;
    const settled = await socket.settled();
    if (settled !== 'open') return { read, settled };
  }
  return { read, settled: 'open' };
}

function abuse({ doors, inputs, random }: RudeOptions, count: number): Abuse {
  const frames: Buffer[] = [];
  const { namespace, auth, subscribe } = random.pick(doors);
  if (random.chance(CONNECTS_PROPERLY) && count > 1) frames.push(textFrame(`40${namespace},${JSON.stringify(auth)}`));
  if (subscribe !== undefined && frames.length === 1 && count > 2)
    frames.push(textFrame(`42${namespace},1["subscribe",${JSON.stringify(subscribe)}]`));
  while (frames.length < count) {
    const last = frames.length === count - 1;
    const make = random.pick(last ? [...TEXTS, ...FRAMES, ...CUT] : [...TEXTS, ...TEXTS, ...FRAMES]);
    frames.push(make({ namespace, random, input: () => inputs.text(inputs.command(random), random) }));
    if (CUT.includes(make)) return { frames, cut: true };
  }
  return { frames, cut: false };
}

interface Material {
  namespace: string;
  random: Random;
  /** JSON of the input of some command. */
  input(): string;
}
type Make = (material: Material) => Buffer;

const NAMESPACES = [
  '/',
  '/none',
  '/agent/',
  '/AGENT',
  '/agent?x=1',
  '/control\u0000',
  '//',
  '/../agent',
  `/${'n'.repeat(200)}`,
];
const ENGINE = [
  '0',
  '1',
  '2',
  '3',
  '2probe',
  '5',
  '6',
  '7',
  '9',
  'b4AAAA',
  '',
  ' ',
  '4',
  '44',
  '4x',
  '\u0000',
  '4\ufeff2',
  '😀',
];
const HEADS = ['40', '41', '42', '43', '44', '45', '46', '47', '49', '4-1', '42.5', '4٢'];
const NUMBERS = ['', '0', '-1', '1.5', '1e3', '007', '9'.repeat(15), '9'.repeat(40), 'NaN'];
const DATA = [
  '',
  '[]',
  '{}',
  'null',
  '"x"',
  '1',
  '[1]',
  '[null,{}]',
  '[{}]',
  '[[]]',
  '["connect"]',
  '["disconnect",{}]',
  '["newListener",1]',
  '[',
  '[NaN]',
  '["x",Infinity]',
  "['x']",
  '["x",]',
  '["\ud800"]',
  '{"_placeholder":true,"num":0}',
  '["x",{"_placeholder":true,"num":0}]',
];

const garbage = (random: Random, atMost: number): Buffer =>
  Buffer.from(Array.from({ length: 1 + random.below(atMost) }, () => random.below(256)));
const text = (...parts: string[]): Buffer => textFrame(parts.join(''));

/** Whole WebSocket frames of text. */
const TEXTS: readonly Make[] = [
  ({ random }) => text('40', random.pick(NAMESPACES), ',', random.pick(['', '{}', '{"token":1}'])),
  ({ random }) => text(random.pick(ENGINE)),
  ({ random }) => text(random.pick(HEADS), random.pick(NAMESPACES), ',', random.pick(NUMBERS), random.pick(DATA)),
  ({ random, namespace }) =>
    text(random.pick(HEADS), namespace, random.pick([',', '', ';', ',,']), random.pick(NUMBERS), random.pick(DATA)),
  // A binary event whose attachments never come, also more of them than there could be.
  ({ random, namespace }) =>
    text(
      random.pick(['451-', '450-', '4599999999-', '45-', '461-']),
      namespace,
      ',1',
      '["x",{"_placeholder":true,"num":0}]',
    ),
  ({ random, namespace, input }) => text('40', namespace, ',', input().slice(0, random.pick([1, 20, 9_000, 20_000]))),
  ({ random, namespace, input }) =>
    text('40', namespace, ',', `{"token":${input()},"project":"x","protocol":${random.pick(NUMBERS)}}`),
  ({ namespace, input }) => text('42', namespace, ',7["task.create",', input(), ']'),
  ({ random, namespace, input }) => {
    const whole = `42${namespace},8["lock.claim",${input()}]`;
    return text(whole.slice(0, random.below(whole.length)));
  },
  ({ random, namespace, input }) => {
    const whole = `42${namespace},9["message.send",${input()}]`;
    const at = random.below(whole.length);
    return text(whole.slice(0, at), random.pick(['\u0000', '"', '}', '\\', '\u2028', 'NaN', ',']), whole.slice(at + 1));
  },
  ({ namespace }) => text('41', namespace, ','),
];

/** Frames that only a WebSocket server looks into. */
const FRAMES: readonly Make[] = [
  ({ random }) =>
    frameOf({ opcode: OPCODES.binary, payload: random.chance(0.5) ? garbage(random, 200) : Buffer.from('40/agent,') }),
  () => frameOf({ opcode: OPCODES.text, payload: Buffer.from([0x34, 0xc0, 0xaf, 0xff, 0xfe]) }),
  ({ namespace, input }) => {
    const [a, b] = [Buffer.from(`42${namespace},3["task.list",`), Buffer.from(`${input()}]`)];
    const ping = frameOf({ opcode: OPCODES.pong, payload: Buffer.from('unasked') });
    return Buffer.concat([
      frameOf({ opcode: OPCODES.text, payload: a, fin: false }),
      ping,
      frameOf({ opcode: OPCODES.continuation, payload: b }),
    ]);
  },
  () => frameOf({ opcode: OPCODES.continuation, payload: Buffer.from('42') }),
  ({ random }) => frameOf({ opcode: OPCODES.text, payload: Buffer.from('3'), reserved: 1 + random.below(7) }),
  ({ random }) => frameOf({ opcode: random.pick(OPCODES_OF_NOBODY), payload: Buffer.from('x') }),
  () => frameOf({ opcode: OPCODES.text, payload: Buffer.from('3'), masked: false }),
  () => frameOf({ opcode: OPCODES.pong, payload: Buffer.alloc(200) }),
  () => frameOf({ opcode: OPCODES.close, payload: Buffer.from([1]) }),
  ({ random }) => {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(random.pick([0, 999, 1000, 1005, 1006, 1015, 4999, 65_535]));
    return frameOf({ opcode: OPCODES.close, payload });
  },
  () => Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
];

/** What says that more is to come, and then nothing does. */
const CUT: readonly Make[] = [
  ({ random }) => garbage(random, 60),
  ({ random }) =>
    frameOf({ opcode: OPCODES.text, payload: Buffer.from('42["x"'), claimedLength: random.pick([50, 5_000, 60_000]) }),
  () => frameOf({ opcode: OPCODES.text, payload: Buffer.from('42["x"'), claimedLength: TOO_LARGE }),
  () => frameOf({ opcode: OPCODES.text, payload: Buffer.from('42["x"'), fin: false }),
];
