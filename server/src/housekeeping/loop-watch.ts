import { decideLoop, decideLoopOver } from '../domain/loop-breaker.ts';
import type { Committed } from '../ledger/ledger.ts';
import type { Replica } from '../ledger/replica.ts';
import type { Neighbours } from '../nodes/nodes.ts';
import type { Project } from '../project.ts';
import type { Errands } from './errands.ts';

export interface LoopWatchOptions {
  project: Project;
  nodes: Neighbours;
  errands: Errands;
  monotonic?: () => number;
}

/** Tells the loop breaker of one project what is done in it, and people what the breaker has found. */
export class LoopWatch {
  readonly #project: Project;
  readonly #nodes: Neighbours;
  readonly #errands: Errands;
  readonly #monotonic: () => number;
  readonly #off: () => void;

  constructor({ project, nodes, errands, monotonic = () => performance.now() }: LoopWatchOptions) {
    this.#project = project;
    this.#nodes = nodes;
    this.#errands = errands;
    this.#monotonic = monotonic;
    this.#off = project.ledger.onCommit((committed) => {
      for (const one of committed) this.#committed(one);
    });
  }

  stop(): void {
    this.#off();
  }

  look(view: Replica): void {
    const { loops } = this.#project;
    const now = this.#monotonic();
    for (const loop of loops.look(now)) this.#errands.submit(`loop:${loop.agentId}`, 'loop.found', decideLoop, loop);
    for (const { code, state, subject } of view.values('alarm')) {
      if (code !== 'LOOP' || state === 'returned' || loops.isLooping(subject.id, now)) continue;
      if (this.#knowsBest(view, subject.id))
        this.#errands.submit(`loop:${subject.id}`, 'loop.over', decideLoopOver, { agentId: subject.id });
    }
  }

  /** What an agent is refused only the node knows that it speaks to. */
  #knowsBest(view: Replica, agentId: string): boolean {
    const agent = view.get('agent', agentId);
    const elsewhere = agent?.via === 'socket' && agent.connected && !this.#nodes.isGone(agent.node);
    return elsewhere ? agent.node === this.#project.ledger.node : this.#nodes.leads();
  }

  #committed({ tx, changes }: Committed): void {
    const { loops } = this.#project;
    if (tx.actor === 'hub') return;
    if (tx.actor.startsWith('human:')) {
      for (const { after } of changes)
        if (after?.kind === 'message') for (const agentId of after.recipients) loops.spokenTo(agentId);
        else if (after?.kind === 'receipt') loops.spokenTo(after.agentId);
        else if (after?.kind === 'question') loops.spokenTo(after.from);
      return;
    }
    if (tx.command !== 'message.send') loops.did(tx.actor, tx.command);
    else
      for (const { before, after } of changes)
        if (before === undefined && after?.kind === 'message') loops.sent(after, this.#monotonic());
  }
}
