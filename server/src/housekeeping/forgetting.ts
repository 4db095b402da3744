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
/** To see whether they are, so many others are looked at: recipients of messages, dependents of tasks. */
const OTHERS_LOOKED_AT = 10_000;
/** After a round that found nothing. A minute more or less is nothing to what is kept for hours. */
const RESTS_LOOKS = 600;

/** A walk over all that is over of a kind, from the oldest on, in as many looks as it takes. */
interface Round {
  reached: PastEntry | undefined;
  found: boolean;
}

/** It lasts as long as what made the round find nothing. */
interface Rest {
  until: number;
  keptMs: number;
  tooMany: number;
}

/**
 * Notices what is over for longer than the project keeps it. A look costs nothing while nothing is that old: what is
 * over stands in line, longest ago first. What is still needed is passed by, and met again on a later round.
 */
export class Forgetting {
  readonly #errands: Errands;
  readonly #settings: Settings;
  readonly #rounds = new Map<Passing, Round>();
  readonly #rests = new Map<Passing, Rest>();
  #looks = 0;

  constructor(errands: Errands, settings: Settings) {
    this.#errands = errands;
    this.#settings = settings;
  }

  look(view: Replica, at: number): void {
    this.#looks++;
    const settings = this.#settings()?.retention;
    for (const kind of PASSING) {
      const setting = KEPT_FOR[kind];
      const keptMs = settings?.[setting] ?? RETENTION_DEFAULTS[setting];
      const past = view.past(kind);
      const tooMany = Math.max(0, past.size - KEPT_AT_MOST[kind]);
      const oldest = past.first();
      if (oldest === undefined || (oldest.at > at - keptMs && tooMany === 0)) continue;
      if (!this.#isResting(kind, { keptMs, tooMany })) this.#goOn(view, kind, { at, keptMs, tooMany });
    }
  }

  #goOn(view: Replica, kind: Passing, { at, keptMs, tooMany }: { at: number; keptMs: number; tooMany: number }): void {
    const before = at - keptMs;
    const crowded = tooMany > 0;
    const past = view.past(kind);
    const { reached, found } = this.#rounds.get(kind) ?? { reached: undefined, found: false };
    const round: Round = { reached, found };
    const ids: string[] = [];
    let entry = reached === undefined ? past.first() : past.next(reached);
    let newest = before;
    let weight = 0;
    let others = 0;
    for (let looks = 0; entry !== undefined && looks < LOOKED_AT && others < OTHERS_LOOKED_AT; looks++) {
      if (weight >= GO_AT_ONCE) break;
      if (entry.at > before && ids.length >= tooMany) {
        entry = undefined;
        break;
      }
      const record: AnyRecord | undefined = view.get(kind, entry.id);
      if (record !== undefined) others += othersOf(view, record);
      if (record !== undefined && mayGo(view, record, { at, before, crowded })) {
        ids.push(entry.id);
        weight += weightOf(record);
        newest = Math.max(newest, entry.at);
      }
      round.reached = entry;
      entry = past.next(entry);
    }
    round.found ||= ids.length > 0;
    if (entry !== undefined) this.#rounds.set(kind, round);
    else {
      this.#rounds.delete(kind);
      if (!round.found) this.#rests.set(kind, { until: this.#looks + RESTS_LOOKS, keptMs, tooMany });
    }
    if (ids.length === 0) return;
    const forgotten = { kind, ids, before: newest, crowded };
    this.#errands.send(`forget:${kind}`, {
      command: 'retention.forget',
      caller: HUB,
      decide: guarded(decideForget, forgotten),
    });
  }

  /** Not when something else is kept than when it found nothing, nor with many more than should be there. */
  #isResting(kind: Passing, { keptMs, tooMany }: { keptMs: number; tooMany: number }): boolean {
    const rest = this.#rests.get(kind);
    if (rest === undefined) return false;
    if (this.#looks < rest.until && keptMs === rest.keptMs && tooMany < rest.tooMany + GO_AT_ONCE) return true;
    this.#rests.delete(kind);
    return false;
  }
}

/** How many other records say whether this one is still needed. */
const othersOf = (view: Replica, record: AnyRecord): number =>
  record.kind === 'message' ? record.recipients.length : record.kind === 'task' ? view.dependentIds(record.id).size : 0;

/** How many records go with it: a directive takes its receipts along. */
const weightOf = (record: AnyRecord): number =>
  record.kind === 'directive' ? Object.values(record.counts).reduce((sum, count) => sum + count, 1) : 1;
