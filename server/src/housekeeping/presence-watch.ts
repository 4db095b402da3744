import type { AnyRecord } from '@signalbox/shared/records';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import { lateAfterMs, lostAfterMs } from '@signalbox/shared/time';
import { guarded } from '../commands/run-decision.ts';
import { decideDisconnected, decidePresence, type PresenceChange } from '../domain/agents.ts';
import type { Committed } from '../ledger/committed.ts';
import type { Replica } from '../ledger/replica.ts';
import type { Neighbours } from '../nodes/nodes.ts';
import type { Presence } from '../presence/presence.ts';
import type { Project } from '../project.ts';
import { type Errands, HUB } from './errands.ts';
import { inTurnMs } from './in-turn.ts';

/** Longer than from one look of the node that carries an agent to the next: that one knows best. */
const AFTER_THE_CARRIER_MS = 600;

export interface PresenceWatchOptions {
  project: Project;
  nodes: Neighbours;
  errands: Errands;
}

/** Notices what has become of the agents of one project, wherever they are connected. */
export class PresenceWatch {
  readonly #project: Project;
  readonly #nodes: Neighbours;
  readonly #errands: Errands;
  readonly #offs: (() => void)[];
  #epoch: number;

  constructor({ project, nodes, errands }: PresenceWatchOptions) {
    this.#project = project;
    this.#nodes = nodes;
    this.#errands = errands;
    this.#epoch = project.ledger.epoch;
    this.#offs = [
      nodes.onGone((node) => this.#giveTime(node)),
      project.ledger.onReset(() => this.#reset()),
      project.ledger.onCommit((committed) => this.#learn(committed)),
    ];
  }

  stop(): void {
    for (const off of this.#offs) off();
  }

  /** Before anybody is let in: whose node is gone is not connected, and its id is free. */
  async start(): Promise<void> {
    const carriers = await this.#project.ledger.read((view) => this.#carriers(view));
    await this.#nodes.findGone(carriers);
    this.#disconnect(carriers.filter((node) => this.#nodes.isGone(node)));
  }

  look(view: Replica): void {
    for (const agent of view.values('agent')) this.#lookAt(agent);
    this.#project.presence.forgetOthers(view.count('agent'), (id) => view.get('agent', id) !== undefined);
    if (this.#nodes.leads()) this.#disconnect(this.#carriers(view).filter((node) => this.#nodes.isGone(node)));
  }

  /** The presence of an agent may have changed: its socket opened, closed or spoke again. */
  changed(agentId: string): void {
    void this.#project.ledger.read((view) => {
      const agent = view.get('agent', agentId);
      if (agent !== undefined) this.#lookAt(agent);
    });
  }

  /** The other nodes that carry sockets, by the records. */
  #carriers(view: Replica): string[] {
    const carriers = new Set<string>();
    for (const { connected, via, node } of view.values('agent'))
      if (connected && via === 'socket' && node !== this.#project.ledger.node) carriers.add(node);
    return [...carriers];
  }

  #disconnect(nodes: readonly string[]): void {
    if (nodes.length > 0)
      this.#errands.submit('agent.disconnected', 'agent.disconnected', decideDisconnected, { nodes });
  }

  /** Its agents come back to another node; until then nobody can hear them. Nor what it alone has heard over HTTP. */
  #giveTime(gone: string): void {
    const { ledger, presence } = this.#project;
    void ledger.read((view) => {
      for (const { id, via, node } of view.values('agent')) if (node === gone || via === 'http') presence.restartOf(id);
    });
  }

  /** That it is back is written sooner than told: by what was told before it would be lost once more. */
  #learn(committed: readonly Committed[]): void {
    for (const { heard, changes } of committed) {
      if (heard !== true) continue;
      for (const { before, after } of changes)
        if (after?.kind === 'agent' && after.presence === 'present' && wasLost(before) && !this.#carries(after))
          this.#project.presence.heardElsewhere([after.id, after.connection, 0]);
    }
  }

  #carries({ via, node }: AgentRecord): boolean {
    return via === 'socket' && node === this.#project.ledger.node;
  }

  /** After another epoch an agent may come back under a lower number than it had; it would not be heard. */
  #reset(): void {
    const { ledger, presence } = this.#project;
    if (ledger.epoch === this.#epoch) return;
    this.#epoch = ledger.epoch;
    void ledger.read((view) => presence.enterEpoch((agentId) => view.get('agent', agentId)?.connection));
  }

  #lookAt(agent: AgentRecord): void {
    if (agent.presence === 'left') this.#project.presence.forget(agent.id);
    else if (this.#changeOf(agent) !== undefined)
      this.#errands.send(`presence:${agent.id}`, {
        command: 'agent.presence',
        caller: HUB,
        urgent: true,
        // Judged again when it is decided: it may have spoken since, and a loss costs it its tasks.
        decide: (draft, context) => {
          const now = draft.get('agent', agent.id);
          const change = now === undefined ? undefined : this.#changeOf(now);
          return change === undefined ? {} : guarded(decidePresence, change)(draft, context);
        },
      });
  }

  #changeOf(agent: AgentRecord): PresenceChange | undefined {
    const { presence, ledger } = this.#project;
    return presenceChange(agent, { presence, nodes: this.#nodes, node: ledger.node });
  }
}

const wasLost = (before: AnyRecord | undefined): boolean => before?.kind === 'agent' && before.presence === 'lost';

export interface Watcher {
  presence: Presence;
  nodes: Neighbours;
  /** This node. */
  node: string;
}

/** What the agent's presence has become; undefined while it is what its record says, or another node knows better. */
export function presenceChange(agent: AgentRecord, { presence, nodes, node }: Watcher): PresenceChange | undefined {
  if (agent.presence === 'left') return undefined;
  const { id, connection, via, heartbeatEveryMs } = agent;
  const carrier = via !== 'socket' ? 'none' : agent.node === node ? 'us' : nodes.isGone(agent.node) ? 'gone' : 'other';
  const age = presence.ageOf(id, connection, judgedUntil(carrier, presence, nodes));
  const open = presence.isOpen(id);
  // A socket that closed is late at once; one of before another epoch, or that we closed, has its time to come back.
  const closed = carrier === 'us' && presence.hasClosed(id);
  const is =
    age >= lostAfterMs(heartbeatEveryMs) ? 'lost' : closed || age >= lateAfterMs(heartbeatEveryMs) ? 'late' : 'present';
  const connected = carrier === 'us' ? open : carrier === 'none' ? is === 'present' : agent.connected;
  if (is === agent.presence && connected === agent.connected) return undefined;
  if (agent.presence === 'lost' && is === 'late') return undefined;
  // Only a sign of life makes it better: a hub that has just started has heard from nobody. And who carries a socket
  // that closed says when there is another.
  const better = presence.wasHeard(id, connection) && (carrier === 'us' || carrier === 'none' || agent.connected);
  // That it was present a second ago, when we last heard of it, says nothing against one who has judged it since.
  const stillHeard = better && presence.ageOf(id, connection) < lateAfterMs(heartbeatEveryMs);
  if (agent.presence !== 'present' && is === 'present' && !stillHeard) return undefined;
  return { agentId: id, connection, presence: is, connected };
}

/** Up to when the signs of an agent are known here. All nodes judge the same: each waits for the ones before it. */
function judgedUntil(carrier: 'us' | 'none' | 'gone' | 'other', presence: Presence, nodes: Neighbours): number {
  if (carrier === 'us') return presence.now();
  return nodes.heardUntil() - inTurnMs(nodes) - (carrier === 'other' ? AFTER_THE_CARRIER_MS : 0);
}
