import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { Failed } from '@signalbox/shared/protocol';

/** An event as a client sent it: at most one input, and a way to answer if it asked for one. */
export interface SocketCommand {
  name: string;
  input: unknown;
  /** Of a large input; 0 for inputs below every limit. */
  bytes: number;
  answer(ack: object): void;
}

/** Takes the arguments of `onAny` apart. Whatever a client sends is a command or a refusal, never a throw. */
export function readEvent(
  name: string,
  args: unknown[],
  bytesOf: (input: unknown) => number,
): SocketCommand | { refusal: Refusal; answer(ack: object): void } {
  const last = args.at(-1);
  const answer = typeof last === 'function' ? (ack: object): void => void last(ack) : (): void => {};
  const inputs = typeof last === 'function' ? args.slice(0, -1) : args;
  if (inputs.length <= 1) return { name, input: inputs[0], bytes: bytesOf(inputs[0]), answer };
  const message = `${name} takes one object and an acknowledgement callback; this has ${inputs.length} arguments.`;
  return { answer, refusal: refuse('BAD_INPUT', message) };
}

export const failed = (refusal: Refusal): Failed => ({ ok: false, error: refusal.refused });
