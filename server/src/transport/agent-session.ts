import type { Welcome } from '@signalbox/shared/commands/agent';
import type { Refusal } from '@signalbox/shared/errors';
import { compareIds } from '@signalbox/shared/ids';
import type { AgentEvents } from '@signalbox/shared/protocol';
import type { MessageRecord } from '@signalbox/shared/records/message';
import { REDELIVER_AFTER_MS } from '@signalbox/shared/time';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { View } from '../domain/view.ts';
import { wholeMessage, wholeTask } from '../domain/whole.ts';
import type { Push } from './agent-pushes.ts';
import { CommandLane } from './command-lane.ts';
import { type Emit, Outbox } from './outbound.ts';
import type { Principal } from './principal.ts';
import type { SettleInTime } from './settle-in-time.ts';
import { cutOff } from './wire.ts';

const MESSAGES_PER_FRAME = 100;
const INBOX_FRAME_BYTES = 256 * 1024;

/** Pushes that are one frame each. */
type SessionPush = Exclude<Push, { event: 'inbox' | 'superseded' | 'evicted' | 'left' }>;

export interface AgentSocketData {
  session?: AgentSession;
}
export type AgentSocket = Socket<DefaultEventsMap, AgentEvents, DefaultEventsMap, AgentSocketData>;
export type AgentNamespaceServer = Namespace<DefaultEventsMap, AgentEvents, DefaultEventsMap, AgentSocketData>;

export interface AgentSessionOptions {
  socket: AgentSocket;
  principal: Principal;
  welcome: Welcome;
  seen: { epoch: number; seq: number } | undefined;
  onThrow(where: string, error: unknown): Refusal;
  inTime: SettleInTime;
  /** The process has confirmed the frame of a directive. */
  onDelivered(directiveId: string): void;
  monotonic(): number;
}

/** One registered agent on one socket: what it is told, in which order, and how fast. */
export class AgentSession {
  readonly socket: AgentSocket;
  readonly principal: Principal;
  readonly seen: { epoch: number; seq: number } | undefined;
  /** The commands it has under way. */
  readonly lane: CommandLane;
  readonly #welcome: Welcome;
  readonly #outbox: Outbox;
  readonly #onDelivered: (directiveId: string) => void;
  readonly #monotonic: () => number;
  /** Pushes that came before the state of the agent was sent; undefined from then on. */
  #held: SessionPush[] | undefined = [];
  #wasSlow = false;
  /** When each unacknowledged message was last sent. */
  #sentAt = new Map<string, number>();

  constructor({ socket, principal, welcome, seen, onThrow, inTime, onDelivered, monotonic }: AgentSessionOptions) {
    this.socket = socket;
    this.principal = principal;
    this.seen = seen;
    this.#welcome = welcome;
    this.#onDelivered = onDelivered;
    this.#monotonic = monotonic;
    // Its inbox is kept: whatever could not be sent now is sent when it comes back.
    this.#outbox = new Outbox(socket.conn, () => {
      this.#wasSlow = true;
      cutOff(socket.conn);
    });
    this.lane = new CommandLane(socket.conn, { outbox: this.#outbox, inTime, onThrow });
  }

  get project(): string {
    return this.#welcome.project;
  }
  get agentId(): string {
    return this.#welcome.agentId;
  }
  /** Connections are numbered within it. */
  get epoch(): number {
    return this.#welcome.epoch;
  }
  get connection(): number {
    return this.#welcome.connection;
  }

  /** Welcome, unacknowledged messages, open directives, the tasks it has: then whatever happened meanwhile. */
  start(view: View): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const directives = view.openReceiptsOf(this.agentId).sort((a, b) => compareIds(a.directiveId, b.directiveId));
    this.#outbox.send([
      () => this.socket.emit('welcome', this.#welcome),
      ...this.#inboxFrames(view, view.unackedOf(this.agentId)),
      ...directives.flatMap(({ directiveId }) => this.#directiveFrame(view, directiveId)),
      ...view
        .tasksOf(this.agentId)
        .flatMap((task) => this.#frame(view, { agentId: this.agentId, event: 'task.assigned', task })),
    ]);
    for (const push of held) if (!IN_THE_STATE.has(push.event)) this.push(view, push);
  }

  push(view: View, push: SessionPush): void {
    if (this.#held === undefined) this.#outbox.send(this.#frame(view, push));
    else this.#held.push(push);
  }

  #frame(view: View, push: SessionPush): Emit[] {
    const { socket } = this;
    switch (push.event) {
      case 'directive':
        return this.#directiveFrame(view, push.directiveId);
      case 'task.assigned': {
        const task = wholeTask(view, push.task);
        return [() => socket.emit('task.assigned', { task })];
      }
      case 'question.answered': {
        const { question } = push;
        return [() => socket.emit('question.answered', { question })];
      }
      case 'task.withdrawn': {
        const { taskId, attempt, reason } = push;
        return [() => socket.emit('task.withdrawn', { taskId, attempt, reason })];
      }
      case 'lock.granted': {
        const { agentId: _agentId, event: _event, ...grant } = push;
        return [() => socket.emit('lock.granted', grant)];
      }
      case 'lock.lost': {
        const { lockId, reason } = push;
        return [() => socket.emit('lock.lost', { lockId, reason })];
      }
    }
  }

  /** Messages that came together go in one frame. */
  pushMessages(view: View, messages: readonly MessageRecord[]): void {
    // Before the start they are among what is sent then.
    if (this.#held === undefined) this.#outbox.send(this.#inboxFrames(view, messages));
  }

  /** It was cut off for reading too slowly, or did not read until it was given up for dead. */
  wasSlow(closeReason: string): boolean {
    return this.#wasSlow || (closeReason === 'ping timeout' && !this.#outbox.flows);
  }

  get awaitsAcks(): boolean {
    return this.#sentAt.size > 0;
  }

  /** Sends again what was not acknowledged in time, oldest first. */
  redeliver(view: View): void {
    const unacked = view.unackedOf(this.agentId);
    const kept = new Map<string, number>();
    for (const { id } of unacked) {
      const sentAt = this.#sentAt.get(id);
      if (sentAt !== undefined) kept.set(id, sentAt);
    }
    this.#sentAt = kept;
    const before = this.#monotonic() - REDELIVER_AFTER_MS;
    const late = unacked.filter(({ id }) => (kept.get(id) ?? Number.NEGATIVE_INFINITY) <= before);
    this.#outbox.send(this.#inboxFrames(view, late));
  }

  #inboxFrames(view: View, messages: readonly MessageRecord[]): Emit[] {
    const now = this.#monotonic();
    const frames: MessageRecord[][] = [];
    let bytes = 0;
    for (const message of messages) {
      this.#sentAt.set(message.id, now);
      const whole = wholeMessage(view, message);
      const size = (whole.body?.length ?? 0) + (whole.data === undefined ? 0 : JSON.stringify(whole.data).length);
      const frame = frames.at(-1);
      if (frame !== undefined && frame.length < MESSAGES_PER_FRAME && bytes + size <= INBOX_FRAME_BYTES) {
        frame.push(whole);
        bytes += size;
      } else {
        frames.push([whole]);
        bytes = size;
      }
    }
    return frames.map((batch) => () => void this.socket.emit('inbox', { messages: batch }));
  }

  #directiveFrame(view: View, directiveId: string): Emit[] {
    const directive = view.get('directive', directiveId);
    if (directive === undefined || directive.expired) return [];
    return [() => void this.socket.emit('directive', { directive }, () => this.#onDelivered(directiveId))];
  }
}

/** Pushes that tell what the state sent at the start contains already. */
const IN_THE_STATE: ReadonlySet<Push['event']> = new Set(['directive', 'task.assigned']);
