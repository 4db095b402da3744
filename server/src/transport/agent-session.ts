import type { Welcome } from '@signalbox/shared/commands/agent';
import type { AgentEvents } from '@signalbox/shared/protocol';
import type { MessageRecord } from '@signalbox/shared/records/message';
import { REDELIVER_AFTER_MS } from '@signalbox/shared/time';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { View } from '../domain/view.ts';
import { wholeMessage, wholeTask } from '../domain/whole.ts';
import type { Push } from './agent-pushes.ts';
import { Outbox } from './outbound.ts';
import type { Principal } from './principal.ts';

const MESSAGES_PER_FRAME = 100;
const INBOX_FRAME_BYTES = 256 * 1024;

/** Pushes that are one frame each. */
type SessionPush = Exclude<Push, { event: 'inbox' | 'superseded' }>;

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
  /** The process has confirmed the frame of a directive. */
  onDelivered(directiveId: string): void;
  monotonic(): number;
}

/** One registered agent on one socket: what it is told, in which order, and how fast. */
export class AgentSession {
  readonly socket: AgentSocket;
  readonly principal: Principal;
  readonly seen: { epoch: number; seq: number } | undefined;
  readonly #welcome: Welcome;
  readonly #outbox: Outbox;
  readonly #onDelivered: (directiveId: string) => void;
  readonly #monotonic: () => number;
  /** Pushes that came before the state of the agent was sent; undefined from then on. */
  #held: SessionPush[] | undefined = [];
  /** When each unacknowledged message was last sent. */
  #sentAt = new Map<string, number>();

  constructor({ socket, principal, welcome, seen, onDelivered, monotonic }: AgentSessionOptions) {
    this.socket = socket;
    this.principal = principal;
    this.seen = seen;
    this.#welcome = welcome;
    this.#onDelivered = onDelivered;
    this.#monotonic = monotonic;
    // Its inbox is kept: whatever could not be sent now is sent when it comes back.
    this.#outbox = new Outbox(socket.conn, () => socket.conn.close(true));
  }

  get project(): string {
    return this.#welcome.project;
  }
  get agentId(): string {
    return this.#welcome.agentId;
  }
  get connection(): number {
    return this.#welcome.connection;
  }

  /** Welcome, unacknowledged messages, open directives, the tasks it has: then whatever happened meanwhile. */
  start(view: View): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#outbox.send(() => this.socket.emit('welcome', this.#welcome));
    this.#sendMessages(view, view.unackedOf(this.agentId));
    for (const { directiveId } of view.openReceiptsOf(this.agentId)) this.#sendDirective(view, directiveId);
    for (const task of view.tasksOf(this.agentId))
      this.push(view, { agentId: this.agentId, event: 'task.assigned', task });
    for (const push of held) if (!IN_THE_STATE.has(push.event)) this.push(view, push);
  }

  push(view: View, push: SessionPush): void {
    if (this.#held !== undefined) {
      this.#held.push(push);
      return;
    }
    switch (push.event) {
      case 'directive':
        return this.#sendDirective(view, push.directiveId);
      case 'task.assigned': {
        const task = wholeTask(view, push.task);
        return this.#outbox.send(() => this.socket.emit('task.assigned', { task }));
      }
      case 'question.answered': {
        const { question } = push;
        return this.#outbox.send(() => this.socket.emit('question.answered', { question }));
      }
      case 'task.withdrawn': {
        const { taskId, attempt, reason } = push;
        return this.#outbox.send(() => this.socket.emit('task.withdrawn', { taskId, attempt, reason }));
      }
      case 'lock.granted': {
        const { lockId, fence, paths, expiresInMs } = push;
        return this.#outbox.send(() => this.socket.emit('lock.granted', { lockId, fence, paths, expiresInMs }));
      }
      case 'lock.lost': {
        const { lockId, reason } = push;
        return this.#outbox.send(() => this.socket.emit('lock.lost', { lockId, reason }));
      }
    }
  }

  /** Messages that came together go in one frame. */
  pushMessages(view: View, messages: readonly MessageRecord[]): void {
    if (this.#held === undefined) this.#sendMessages(view, messages);
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
    this.#sendMessages(
      view,
      unacked.filter(({ id }) => (kept.get(id) ?? Number.NEGATIVE_INFINITY) <= before),
    );
  }

  #sendMessages(view: View, messages: readonly MessageRecord[]): void {
    const now = this.#monotonic();
    let frame: MessageRecord[] = [];
    let bytes = 0;
    const send = (whole: MessageRecord[]): void =>
      this.#outbox.send(() => this.socket.emit('inbox', { messages: whole }));
    for (const message of messages) {
      this.#sentAt.set(message.id, now);
      const whole = wholeMessage(view, message);
      const size = (whole.body?.length ?? 0) + (whole.data === undefined ? 0 : JSON.stringify(whole.data).length);
      if (frame.length > 0 && (frame.length >= MESSAGES_PER_FRAME || bytes + size > INBOX_FRAME_BYTES)) {
        send(frame);
        frame = [];
        bytes = 0;
      }
      frame.push(whole);
      bytes += size;
    }
    if (frame.length > 0) send(frame);
  }

  #sendDirective(view: View, directiveId: string): void {
    const directive = view.get('directive', directiveId);
    if (directive === undefined || directive.expired) return;
    this.#outbox.send(() => this.socket.emit('directive', { directive }, () => this.#onDelivered(directiveId)));
  }
}

/** Pushes that tell what the state sent at the start contains already. */
const IN_THE_STATE: ReadonlySet<Push['event']> = new Set(['directive', 'task.assigned']);
