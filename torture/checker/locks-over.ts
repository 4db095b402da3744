import type { History, Operation } from '../history/history.ts';
import { compareFences } from './fence.ts';
import { type Grant, type Grants, grantKey, grantsOf, type Telling } from './grants.ts';
import { PathIndex } from './paths.ts';
import { when } from './violation.ts';

/** Since when somebody has known, by an answer or a push, that a lock is not held under its fence any more. */
export interface Over {
  at: number;
  how: string;
}

type Event =
  | { at: number; what: 'told'; telling: Telling }
  | { at: number; what: 'ended'; operation: Operation }
  | { at: number; what: 'lost'; lockId: string; agent: string };

/** By {@link grantKey}. Whoever sends such a fence after that is stale. */
export function locksOver(history: History): Map<string, Over> {
  const over = new Map<string, Over>();
  const known = new Known(grantsOf(history), over);
  const events: Event[] = grantsOf(history).tellings.map((telling) => ({ at: telling.at, what: 'told', telling }));
  for (const operation of history.operations)
    if (operation.answeredAt !== undefined && ENDS.has(operation.command))
      events.push({ at: operation.answeredAt, what: 'ended', operation });
  for (const { event, data, at, agent } of history.pushes)
    if (event === 'lock.lost' && data.lockId !== undefined)
      events.push({ at, what: 'lost', lockId: data.lockId, agent });
  for (const event of events.sort((a, b) => a.at - b.at)) {
    if (event.what === 'told') known.tell(event.telling);
    else if (event.what === 'ended') known.end(event.operation, event.at);
    else known.lose(event.lockId, event.agent, event.at);
  }
  return over;
}

const ENDS: ReadonlySet<string> = new Set(['lock.release', 'lock.transfer', 'lock.forceRelease']);

class Known {
  readonly #grants: Grants;
  readonly #over: Map<string, Over>;
  readonly #live = new PathIndex<Grant>();
  /** By lock and holder the newest grant somebody has heard of. */
  readonly #newest = new Map<string, Map<string, Grant>>();

  constructor(grants: Grants, over: Map<string, Over>) {
    this.#grants = grants;
    this.#over = over;
  }

  tell(telling: Telling): void {
    const grant = this.#grants.byKey.get(grantKey(telling));
    if (grant === undefined || this.#over.has(grantKey(grant)) || grant.told[0] !== telling) return;
    const holders = this.#newest.get(grant.lockId) ?? new Map<string, Grant>();
    this.#newest.set(grant.lockId, holders);
    const before = holders.get(grant.holder);
    if (before === undefined || compareFences(before.fence, grant.fence) < 0) holders.set(grant.holder, grant);
    for (const path of grant.paths)
      for (const other of new Set(this.#live.overlapping(path))) {
        if (!excludes(grant, other)) continue;
        if (compareFences(other.fence, grant.fence) < 0) this.#mark(other, telling.at, newer(grant, telling));
        else if (other.told[0] !== undefined) this.#mark(grant, telling.at, newer(other, other.told[0]));
      }
    if (!this.#over.has(grantKey(grant))) for (const path of grant.paths) this.#live.add(path, grant);
  }

  end({ command, asked, agent }: Operation, at: number): void {
    const { lockId, fence } = asked;
    if (lockId === undefined) return;
    const how = `${agent} had the answer to its ${command} of it at ${when(at)}`;
    const named = fence === undefined ? undefined : this.#grants.byKey.get(grantKey({ lockId, fence }));
    if (named !== undefined) this.#mark(named, at, how);
    // It ends the lock whoever has it: no grant that was heard of before has outlived it.
    if (command === 'lock.forceRelease')
      for (const grant of this.#newest.get(lockId)?.values() ?? []) this.#mark(grant, at, how);
  }

  lose(lockId: string, agent: string, at: number): void {
    const grant = this.#newest.get(lockId)?.get(agent);
    if (grant !== undefined) this.#mark(grant, at, `${agent} was told at ${when(at)} that it is lost`);
  }

  #mark(grant: Grant, at: number, how: string): void {
    if (this.#over.has(grantKey(grant))) return;
    this.#over.set(grantKey(grant), { at, how });
    for (const path of grant.paths) this.#live.remove(path, grant);
  }
}

/** Both at a time would be two writers, or a writer beside readers. */
export const excludes = (a: Pick<Grant, 'holder' | 'mode'>, b: Pick<Grant, 'holder' | 'mode'>): boolean =>
  a.holder !== b.holder && (a.mode === 'exclusive' || b.mode === 'exclusive');

const newer = (grant: Grant, telling: Telling): string =>
  `${telling.to} was told at ${when(telling.at)} that ${grant.holder} holds ${grant.paths.join(', ')} with ${grant.fence}`;
