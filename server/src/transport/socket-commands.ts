import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { Failed } from '@signalbox/shared/protocol';
import type { Socket } from 'socket.io';
import type { CommandLane } from './command-lane.ts';
import { isSlow } from './outbound.ts';

/** An event as a client sent it: at most one input, and a way to answer if it asked for one. */
export interface SocketCommand {
  name: string;
  input: unknown;
  answer(ack: object): void;
}

/** Takes the arguments of `onAny` apart. Whatever a client sends is a command or a refusal, never a throw. */
export function readEvent(
  name: string,
  args: unknown[],
): SocketCommand | { refusal: Refusal; answer(ack: object): void } {
  const last = args.at(-1);
  const answer = typeof last === 'function' ? (ack: object): void => void last(ack) : (): void => {};
  const inputs = typeof last === 'function' ? args.slice(0, -1) : args;
  if (inputs.length > 1) {
    return {
      answer,
      refusal: refuse(
        'BAD_INPUT',
        `${name} takes one object and an acknowledgement callback; this has ${inputs.length} arguments.`,
      ),
    };
  }
  return { name, input: inputs[0], answer };
}

export const failed = (refusal: Refusal): Failed => ({ ok: false, error: refusal.refused });

/**
 * Runs a command in its connection's lane. Refuses when the client has sent far more than can be under way, and cuts it
 * off when it does not read its answers either.
 */
export function runInLane(socket: Socket, lane: CommandLane, command: SocketCommand, run: () => Promise<object>): void {
  const taken = lane.run(async () => command.answer(await run()));
  if (taken) return;
  if (isSlow(socket.conn)) socket.conn.close(true);
  else
    command.answer(failed(refuse('OVERLOADED', 'Too many of your commands wait for their turn; send fewer at once.')));
}
