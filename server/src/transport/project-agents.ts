import type { Welcome } from '@signalbox/shared/commands/agent';
import type { MessageRecord } from '@signalbox/shared/records/message';
import { guarded } from '../commands/run-decision.ts';
import { decideDelivered } from '../domain/directives.ts';
import type { View } from '../domain/view.ts';
import type { Committed } from '../ledger/ledger.ts';
import type { Project } from '../project.ts';
import { type Push, pushesOf } from './agent-pushes.ts';
import type { AgentSession } from './agent-session.ts';
import { answered } from './draining.ts';

/** Whoever has left is answered, and closes its connection itself if it is well written. */
const CLOSES_ITSELF_WITHIN_MS = 1_000;

/** Who did it stands in the log, not in the record. */
const LEFT_MEANWHILE = { by: 'hub', reason: 'It was taken out of the project while it connected.' };

/** The agents of one project that are connected to this node, and what each committed transaction tells them. */
export class ProjectAgents {
  readonly #project: Project;
  readonly #sessions = new Map<string, AgentSession>();
  /** Agents whose connection was ended because they did not read, to be told so when they come back. */
  readonly #slow = new Set<string>();
  readonly #offs: (() => void)[];
  readonly #sendAway: (sessions: readonly AgentSession[]) => void;

  /** Whose state may have been lost is sent away, to come back soon. */
  constructor(project: Project, sendAway: (sessions: readonly AgentSession[]) => void) {
    this.#project = project;
    this.#sendAway = sendAway;
    this.#offs = [
      project.ledger.onCommit((committed) => this.#committed(committed)),
      project.ledger.onReset(() => this.#reset()),
    ];
  }

  close(): void {
    for (const off of this.#offs) off();
  }

  get sessions(): Iterable<AgentSession> {
    return this.#sessions.values();
  }

  /** From its registration on the newest connection is the one that hears of everything. An older one hears so at its start. */
  add(session: AgentSession): void {
    if (!this.#isOfThisEpoch(session)) return;
    const other = this.#sessions.get(session.agentId);
    if (other !== undefined && other.connection > session.connection) return;
    this.#sessions.set(session.agentId, session);
    if (other !== undefined) supersede(other, session.connection);
  }

  #isOfThisEpoch({ epoch }: AgentSession): boolean {
    return epoch === this.#project.ledger.epoch;
  }

  /** In another epoch connections are numbered anew: none of before may end one of now. */
  #reset(): void {
    const sessions = [...this.#sessions.values()];
    for (const session of sessions) if (!this.#isOfThisEpoch(session)) this.remove(session);
    this.#sendAway(sessions);
  }

  /** True when this was the agent's connection. */
  remove(session: AgentSession): boolean {
    return this.#sessions.get(session.agentId) === session && this.#sessions.delete(session.agentId);
  }

  /** Its connection was ended because it did not read. */
  wasSlow(agentId: string): void {
    this.#slow.add(agentId);
  }

  /** Why the agent's connection before this one was ended; said once. */
  takeCutOff(agentId: string): Welcome['cutOff'] {
    return this.#slow.delete(agentId)
      ? {
          code: 'SLOW_CONSUMER',
          message:
            'You did not read what you were sent, so the connection was ended. Nothing is lost: it comes again now.',
        }
      : undefined;
  }

  /** Sends the newly connected agent its state, unless its connection has ended already, unheard: the record tells. */
  async start(session: AgentSession): Promise<void> {
    await this.#project.ledger.read((view) => {
      if (!this.#isOfThisEpoch(session)) return this.#sendAway([session]);
      const agent = view.get('agent', session.agentId);
      if (agent !== undefined && agent.connection > session.connection) {
        this.remove(session);
        supersede(session, agent.connection);
      } else if (agent === undefined || agent.state === 'left') this.#evict(session, LEFT_MEANWHILE);
      else session.start(view);
    });
  }

  redeliver(): void {
    const waiting = [...this.#sessions.values()].filter((session) => session.awaitsAcks);
    if (waiting.length === 0) return;
    void this.#project.ledger.read((view) => {
      for (const session of waiting) session.redeliver(view);
    });
  }

  delivered(agentId: string, connection: number, directiveId: string): void {
    void this.#project.ledger.execute({
      command: 'directive.delivered',
      caller: { kind: 'agent', agentId, connection },
      urgent: true,
      decide: guarded(decideDelivered, { directiveId, agentId }),
    });
  }

  #committed(committed: readonly Committed[]): void {
    if (this.#sessions.size === 0) return;
    const pushes = committed.flatMap(pushesOf).filter(({ agentId }) => this.#sessions.has(agentId));
    // Long text is in the records this batch has just put: read before the next one is decided.
    if (pushes.length > 0) void this.#project.ledger.read((view) => this.#send(view, pushes));
  }

  #send(view: View, pushes: readonly Push[]): void {
    const mail = new Map<AgentSession, MessageRecord[]>();
    const gone: (() => void)[] = [];
    for (const push of pushes) {
      const session = this.#sessions.get(push.agentId);
      if (session === undefined) continue;
      if (push.event === 'superseded') {
        if (session.connection >= push.by) continue;
        this.#sessions.delete(push.agentId);
        supersede(session, push.by);
      } else if (push.event === 'evicted' || push.event === 'left') {
        // What it lost by that comes before.
        if (session.connection < push.seq) gone.push(() => this.#dismiss(session, push));
      } else if (push.event === 'inbox') {
        const messages = mail.get(session);
        if (messages === undefined) mail.set(session, [push.message]);
        else messages.push(push.message);
      } else session.push(view, push);
    }
    for (const [session, messages] of mail) session.pushMessages(view, messages);
    for (const dismiss of gone) dismiss();
  }

  /** Without its record it can do nothing any more. */
  #dismiss(session: AgentSession, push: Extract<Push, { event: 'evicted' | 'left' }>): void {
    if (push.event === 'evicted') this.#evict(session, push);
    else {
      this.remove(session);
      setTimeout(() => session.socket.disconnect(), CLOSES_ITSELF_WITHIN_MS).unref();
    }
  }

  #evict(session: AgentSession, { by, reason }: { by: string; reason: string }): void {
    this.remove(session);
    session.socket.emit('evicted', { by, reason });
    void answered([session.lane]).then(() => session.socket.disconnect());
  }
}

function supersede(session: AgentSession, by: number): void {
  session.socket.emit('superseded', { by });
  session.socket.disconnect();
}
