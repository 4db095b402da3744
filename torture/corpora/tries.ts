import type { Answer, Face } from './cast.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import { type Handshake, SocketFace } from './socket-face.ts';

/** The one refusal that is right: its code, and what its sentence has to speak of. */
export interface Expected {
  code: string;
  says?: RegExp | undefined;
}

export interface Attempt {
  /** Who tries what, for people. */
  what: string;
  expected: Expected;
}

const MAX_SHOWN = 300;

/**
 * Counts attempts, and keeps those that were not refused as they should be, or that changed something all the same. Any
 * other refusal proves nothing: what does not exist, or comes too fast, was never looked at.
 */
export class Tries {
  tried = 0;
  readonly passed: string[] = [];
  readonly #watch: LedgerWatch;

  constructor(watch: LedgerWatch) {
    this.#watch = watch;
  }

  async command(attempt: Attempt, face: Face, command: string, input: unknown): Promise<void> {
    const what = `${attempt.what}: ${command} ${JSON.stringify(input)} over ${face.name}`;
    await this.see({ ...attempt, what }, await face.ask(command, input));
  }

  /** A connection of its own, that must not come about. */
  async handshake(attempt: Attempt, hub: URL, handshake: Handshake): Promise<void> {
    const joined = await SocketFace.join(hub, handshake);
    if (joined instanceof SocketFace) joined.close();
    const what = `${attempt.what}: a handshake on ${handshake.namespace}`;
    await this.see({ ...attempt, what }, joined instanceof SocketFace ? { ok: true } : joined);
  }

  async see({ what, expected: { code, says } }: Attempt, { ok, error }: Answer): Promise<void> {
    this.tried += 1;
    const right = !ok && error?.code === code && (says === undefined || says.test(error.message));
    if (!right) {
      const got = ok ? 'done' : `${error?.code}: ${error?.message}`;
      this.passed.push(`${what.slice(0, MAX_SHOWN)} was not ${code} but ${got.slice(0, MAX_SHOWN)}`);
    }
    for (const event of await this.#watch.written()) this.passed.push(`${what.slice(0, MAX_SHOWN)} wrote ${event}`);
  }
}
