import type { AnyRecord } from '@signalbox/shared/records';
import { KEPT_AT_MOST, RETENTION_DEFAULTS } from '@signalbox/shared/retention';
import { guarded } from '../commands/run-decision.ts';
import { decideForget, KEPT_FOR, mayGo, PASSING, type Passing } from '../domain/retention.ts';
import type { PastEntry } from '../ledger/past.ts';
import type { Replica } from '../ledger/replica.ts';
import { type Errands, HUB } from './errands.ts';
import type { Settings } from './trouble-watch.ts';

/** Of one kind and in one transaction; and so many are looked at to find them, since some may still be needed. */
const GO_AT_ONCE = 250;
const LOOKED_AT = 1_000;

/**
 * Notices what is over for longer than the project keeps it. A look costs nothing while nothing is that old: what is
 * over stands in line, longest ago first. What is still needed is passed by, and met again on the next round.
 */
export class Forgetting {
  readonly #errands: Errands;
  readonly #settings: Settings;
  /** How far the round of each kind has come. */
  readonly #reached = new Map<Passing, PastEntry>();

  constructor(errands: Errands, settings: Settings) {
    this.#errands = errands;
    this.#settings = settings;
  }

  look(view: Replica, at: number): void {
    const settings = this.#settings()?.retention;
    for (const kind of PASSING) {
      const setting = KEPT_FOR[kind];
      this.#lookAt(view, kind, { at, before: at - (settings?.[setting] ?? RETENTION_DEFAULTS[setting]) });
    }
  }

  #lookAt(view: Replica, kind: Passing, { at, before }: { at: number; before: number }): void {
    const past = view.past(kind);
    const tooMany = past.size - KEPT_AT_MOST[kind];
    const oldest = past.first();
    if (oldest === undefined || (oldest.at > before && tooMany <= 0)) return;
    const crowded = tooMany > 0;
    const ids: string[] = [];
    const reached = this.#reached.get(kind);
    let entry = reached === undefined ? oldest : past.next(reached);
    let newest = before;
    let weight = 0;
    for (let looks = 0; entry !== undefined && looks < LOOKED_AT && weight < GO_AT_ONCE; looks++) {
      if (entry.at > before && ids.length >= tooMany) {
        entry = undefined;
        break;
      }
      const record: AnyRecord | undefined = view.get(kind, entry.id);
      if (record !== undefined && mayGo(view, record, { at, before, crowded })) {
        ids.push(entry.id);
        weight += weightOf(record);
        newest = Math.max(newest, entry.at);
      }
      this.#reached.set(kind, entry);
      entry = past.next(entry);
    }
    if (entry === undefined) this.#reached.delete(kind);
    if (ids.length === 0) return;
    const forgotten = { kind, ids, before: newest, crowded };
    this.#errands.send(`forget:${kind}`, {
      command: 'retention.forget',
      caller: HUB,
      decide: guarded(decideForget, forgotten),
    });
  }
}

/** How many records go with it: a directive takes its receipts along. */
const weightOf = (record: AnyRecord): number =>
  record.kind === 'directive' ? Object.values(record.counts).reduce((sum, count) => sum + count, 1) : 1;
