import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { Failed } from '@signalbox/shared/protocol';

/** An event as a client sent it: at most one input, and a way to answer if it asked for one. */
export interface SocketCommand {
  name: string;
  input: unknown;
  /** Of a large input; 0 for inputs below every limit. */
  bytes: number;
  /** It is no command: what it is answered when its turn has come, and it has been paid for like any other. */
  malformed?: Refusal;
  answer(ack: object): void;
}

const unheard = (): void => {};

/** Takes an event apart: name, arguments, acknowledgement. Whatever a client sends is a command or malformed, never a throw. */
export function readEvent(event: readonly unknown[], bytesOf: (input: unknown) => number): SocketCommand {
  const name = String(event[0]);
  const last = event.at(-1);
  const answer = typeof last === 'function' ? (last as SocketCommand['answer']) : unheard;
  const inputs = event.length - (answer === unheard ? 1 : 2);
  const input = inputs === 0 ? undefined : event[1];
  if (inputs <= 1) return { name, input, bytes: bytesOf(input), answer };
  const message = `${name} takes one object and an acknowledgement callback; this has ${inputs} arguments.`;
  return { name, input: undefined, bytes: 0, answer, malformed: refuse('BAD_INPUT', message) };
}

export const failed = (refusal: Refusal): Failed => ({ ok: false, error: refusal.refused });
