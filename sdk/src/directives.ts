import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { DirectiveRecord } from '@signalbox/shared/records/directive';
import { isObject } from './answer.ts';
import type { Requests } from './requests.ts';

/** A directive with the receipts its recipient may give. Nothing but the agent's own code gives them. */
export interface DirectiveCall {
  readonly directive: DirectiveRecord;
  /** A model's turn, or the agent's code, has it now. */
  read(turnId?: string): Promise<void>;
  acknowledge(note?: string): Promise<void>;
  decline(note?: string): Promise<void>;
  /** The answer to an `ask` is the note. */
  done(note?: string): Promise<void>;
  failed(note?: string): Promise<void>;
}
export type DirectiveHandler = (call: DirectiveCall) => Promise<void> | void;

type Given = 'read' | 'acknowledged' | 'declined' | 'done' | 'failed';
interface Ports {
  requests: Requests;
  interrupt(directive: DirectiveRecord): void;
  onError(what: string, error: unknown): void;
}

const isDirective = (value: unknown): value is DirectiveRecord =>
  isObject(value) && typeof value.id === 'string' && typeof value.action === 'string' && typeof value.rev === 'number';

/** After Redis was replaced by an older copy, numbers come a second time. */
const keyOf = ({ id, at }: DirectiveRecord): string => `${id} ${at}`;

/** What people tell this agent. The frame is acknowledged — `delivered` — and everything further is the handler's. */
export class Directives {
  readonly #ports: Ports;
  /** What was obeyed here, and what its handler has or had: see {@link keyOf}. */
  readonly #obeyed = new Set<string>();
  readonly #handed = new Set<string>();
  readonly #paused = new Listeners<[boolean]>();
  #waiting: DirectiveRecord[] = [];
  #handler: DirectiveHandler | null = null;
  #isPaused = false;
  /** seq of the newest word about it: an older heartbeat answer does not count. */
  #pausedAsOf = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get paused(): boolean {
    return this.#isPaused;
  }
  onPaused(listener: (paused: boolean) => void): Off {
    return this.#paused.on(listener);
  }

  /** What came before the handler waits for it. */
  handle(handler: DirectiveHandler): void {
    this.#handler = handler;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const directive of waiting) this.#run(handler, directive);
  }

  /** Server → agent frames about directives; true when it was one. */
  event(name: string, payload: unknown, ack: (answer?: unknown) => void): boolean {
    if (name !== 'directive' || !isObject(payload) || !isDirective(payload.directive)) return false;
    ack();
    const { directive } = payload;
    const key = keyOf(directive);
    // Sent again after every reconnect until the recipient said more than `delivered`.
    if (this.#handed.has(key) || directive.expired) return true;
    this.#handed.add(key);
    this.#obey(key, directive);
    if (this.#handler === null) this.#waiting.push(directive);
    else this.#run(this.#handler, directive);
    return true;
  }

  /** Once, also when its handler is to have it again: meanwhile a later one may have said the opposite. */
  #obey(key: string, directive: DirectiveRecord): void {
    if (this.#obeyed.has(key)) return;
    this.#obeyed.add(key);
    if (directive.action === 'pause' || directive.action === 'resume') {
      this.#pausedAsOf = Math.max(this.#pausedAsOf, directive.rev);
      this.#setPaused(directive.action === 'pause');
    }
    if (directive.mode === 'interrupt') this.#ports.interrupt(directive);
  }

  /** The hub's word about this agent, with every heartbeat. The words that outrank `paused` say nothing about it. */
  hubSays(state: string, seq: number): void {
    if (seq < this.#pausedAsOf) return;
    if (state === 'paused' || ['idle', 'working', 'waiting', 'draining'].includes(state)) {
      this.#pausedAsOf = seq;
      this.#setPaused(state === 'paused');
    }
  }

  /** In a new epoch the numbers start elsewhere. */
  newEpoch(): void {
    this.#pausedAsOf = 0;
  }

  #setPaused(paused: boolean): void {
    if (paused === this.#isPaused) return;
    this.#isPaused = paused;
    this.#paused.tell(paused);
  }

  #run(handler: DirectiveHandler, directive: DirectiveRecord): void {
    const give = async (state: Given, fields: { note?: string | undefined; turnId?: string | undefined }) => {
      const { note, turnId } = fields;
      const receipt = {
        directiveId: directive.id,
        state,
        ...(note === undefined ? {} : { note }),
        ...(turnId === undefined ? {} : { turnId }),
      };
      // What was done is done: it is said as soon as somebody hears it.
      await this.#ports.requests.send('directive.receipt', receipt, { timeoutMs: Number.POSITIVE_INFINITY });
    };
    const call: DirectiveCall = {
      directive,
      read: (turnId) => give('read', { turnId }),
      acknowledge: (note) => give('acknowledged', { note }),
      decline: (note) => give('declined', { note }),
      done: (note) => give('done', { note }),
      failed: (note) => give('failed', { note }),
    };
    Promise.resolve(call)
      .then(handler)
      .catch((error: unknown) => {
        // When the hub sends it again, the handler may have another try.
        this.#handed.delete(keyOf(directive));
        this.#ports.onError(`handling ${directive.id}`, error);
      });
  }
}
