import type { MessageRecord } from '@signalbox/shared/records/message';
import { guarded } from '../commands/run-decision.ts';
import { decideDelivered } from '../domain/directives.ts';
import type { View } from '../domain/view.ts';
import type { Committed } from '../ledger/ledger.ts';
import type { Project } from '../project.ts';
import { type Push, pushesOf } from './agent-pushes.ts';
import type { AgentSession } from './agent-session.ts';

/** The agents of one project that are connected to this node, and what each committed transaction tells them. */
export class ProjectAgents {
  readonly #project: Project;
  readonly #sessions = new Map<string, AgentSession>();
  readonly #offs: (() => void)[];

  constructor(project: Project, onReset: (sessions: Iterable<AgentSession>) => void) {
    this.#project = project;
    this.#offs = [
      project.ledger.onCommit((committed) => this.#committed(committed)),
      project.ledger.onReset(() => onReset([...this.#sessions.values()])),
    ];
  }

  close(): void {
    for (const off of this.#offs) off();
  }

  get sessions(): Iterable<AgentSession> {
    return this.#sessions.values();
  }

  /** From its registration on the newest connection is the one that hears of everything. */
  add(session: AgentSession): void {
    const other = this.#sessions.get(session.agentId);
    if (other !== undefined && other.connection > session.connection) supersede(session, other.connection);
    else {
      this.#sessions.set(session.agentId, session);
      if (other !== undefined) supersede(other, session.connection);
    }
  }

  /** True when this was the agent's connection. */
  remove(session: AgentSession): boolean {
    return this.#sessions.get(session.agentId) === session && this.#sessions.delete(session.agentId);
  }

  /** Sends the newly connected agent its state. */
  async start(session: AgentSession): Promise<void> {
    await this.#project.ledger.read((view) => session.start(view));
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
    for (const push of pushes) {
      const session = this.#sessions.get(push.agentId);
      if (session === undefined) continue;
      if (push.event === 'superseded') {
        if (session.connection >= push.by) continue;
        this.#sessions.delete(push.agentId);
        supersede(session, push.by);
      } else if (push.event === 'inbox') {
        const messages = mail.get(session);
        if (messages === undefined) mail.set(session, [push.message]);
        else messages.push(push.message);
      } else session.push(view, push);
    }
    for (const [session, messages] of mail) session.pushMessages(view, messages);
  }
}

function supersede(session: AgentSession, by: number): void {
  session.socket.emit('superseded', { by });
  session.socket.disconnect();
}
