import { setTimeout as delay } from 'node:timers/promises';
import { guarded } from '../commands/run-decision.ts';
import { decideAssignments } from '../domain/assignment.ts';
import { decideGrant } from '../domain/locks.ts';
import type { Committed, Ledger } from '../ledger/ledger.ts';
import type { Replica } from '../ledger/replica.ts';
import type { Neighbours } from '../nodes/nodes.ts';
import { type Errands, HUB } from './errands.ts';
import { inTurnMs } from './in-turn.ts';

/** Assignment rests four times as long as it took: with many tasks waiting it must not slow down everything else. */
const ASSIGN_REST = 4;

export interface FollowUpOptions {
  ledger: Ledger;
  nodes: Neighbours;
  errands: Errands;
}

/**
 * What follows from a commit: waiting claims are granted, tasks assigned. The node that wrote the commit sees to it; the
 * others do when that one is gone.
 */
export class FollowUps {
  readonly #ledger: Ledger;
  readonly #nodes: Neighbours;
  readonly #errands: Errands;
  readonly #offs: (() => void)[];
  #stopped = false;

  constructor({ ledger, nodes, errands }: FollowUpOptions) {
    this.#ledger = ledger;
    this.#nodes = nodes;
    this.#errands = errands;
    this.#offs = [
      ledger.onCommit((committed) => this.#committed(committed)),
      ledger.onReset(() => void this.#everythingInTurn()),
      nodes.onGone(() => void this.#everythingInTurn()),
    ];
  }

  stop(): void {
    this.#stopped = true;
    for (const off of this.#offs) off();
  }

  /** After a start nothing is known: look at all that could be due. */
  everything(): void {
    void this.#ledger.read((view) => {
      for (const waiter of view.values('waiter')) this.#grantIfFree(view, waiter.id);
      if (view.readyCount > 0) this.#assign();
    });
  }

  async #everythingInTurn(): Promise<void> {
    await delay(inTurnMs(this.#nodes), undefined, { ref: false });
    if (!this.#stopped) this.everything();
  }

  #committed(committed: readonly Committed[]): void {
    let free = false;
    const next = new Set<string>();
    const left = new Set<string>();
    for (const { changes, heard } of committed) {
      if (heard === true) continue;
      for (const { kind, before, after } of changes) {
        // Whoever has an answer may be free, also when nothing else of it changed.
        if (kind === 'task' || kind === 'agent' || kind === 'question') free = true;
        // While it was on its way to somebody it holds back, nobody was given anything.
        if (before?.kind === 'directive' && before.obeyClock !== undefined) free = true;
        if (kind !== 'lock' && kind !== 'waiter') continue;
        free = true;
        if (before?.kind === 'lock' && after === undefined) for (const { lockId } of before.waiters) next.add(lockId);
        if (before?.kind === 'waiter' && after === undefined) left.add(before.id);
        // It waited for a lock that was handed to its own agent.
        if (after?.kind === 'waiter' && after.blockedBy.length === 0) next.add(after.id);
      }
    }
    if (next.size + left.size > 0) void this.#ledger.read((view) => this.#moveUp(view, next, left));
    if (free) void this.#ledger.read((view) => view.readyCount > 0 && this.#assign());
  }

  /** The claims `next` stood behind a lock that ended; those behind a claim that `left` the line may go, too. */
  #moveUp(view: Replica, next: Set<string>, left: ReadonlySet<string>): void {
    // What left the line as a lock is still in the way of the same claims.
    const gone = new Set([...left].filter((id) => view.get('lock', id) === undefined));
    if (gone.size > 0)
      for (const waiter of view.values('waiter')) if (waiter.blockedBy.some((id) => gone.has(id))) next.add(waiter.id);
    for (const lockId of next) this.#grantIfFree(view, lockId);
  }

  /** Asks only for a claim whose every obstacle has ended: telling each of a long line that it moved up costs the square of it. */
  #grantIfFree(view: Replica, lockId: string): void {
    const stands = (id: string): boolean => view.get('lock', id) !== undefined || view.get('waiter', id) !== undefined;
    if (view.get('waiter', lockId)?.blockedBy.some(stands) === false)
      this.#errands.submit(`grant:${lockId}`, 'lock.grant', decideGrant, { lockId });
  }

  #assign(): void {
    const decide = guarded(decideAssignments, {});
    let tookMs = 0;
    const timed: typeof decide = (draft, context) => {
      const started = performance.now();
      const reply = decide(draft, context);
      tookMs = performance.now() - started;
      return reply;
    };
    const rest = (): Promise<void> => delay(ASSIGN_REST * tookMs, undefined, { ref: false });
    this.#errands.send('assign', { command: 'task.assignments', caller: HUB, decide: timed }, rest);
  }
}
