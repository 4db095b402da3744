import { CHECKED_KINDS, checkedRecord, pushedFields } from './facts.ts';
import type { History, Life, LoggedTransaction, Push, Span } from './history.ts';
import type { FeedLine, HealthLine, HeardLine, LifeLine, Line, PictureLine, RereadLine, TxLine } from './line.ts';
import { OperationJoiner } from './operations.ts';

/** Joins what all processes of a run wrote, in whatever order their files are read. */
export class HistoryJoiner {
  readonly #operations = new OperationJoiner();
  readonly #heard: HeardLine[] = [];
  readonly #pushes: Push[] = [];
  readonly #lifeLines: LifeLine[] = [];
  readonly #healthLines: HealthLine[] = [];
  readonly #transactions: LoggedTransaction[] = [];
  readonly #rereads: RereadLine[] = [];
  readonly #pictures: PictureLine[] = [];
  readonly #feeds: FeedLine[] = [];

  /** Throws when the line says something the checker cannot read. */
  add(line: Line): void {
    switch (line.k) {
      case 'heard':
        this.#heard.push(line);
        return;
      case 'push':
        this.#pushes.push({
          at: line.at,
          agent: line.agent,
          life: line.life,
          event: line.event,
          data: pushedFields.parse(line.data),
        });
        return;
      case 'tx':
        this.#transactions.push(loggedTransaction(line));
        return;
      case 'reread':
        this.#rereads.push(line);
        return;
      case 'picture':
        this.#pictures.push(line);
        return;
      case 'feed':
        this.#feeds.push(line);
        return;
      case 'born':
      case 'ended':
      case 'stopped':
      case 'continued':
        this.#lifeLines.push(line);
        return;
      case 'harmed':
      case 'healed':
        this.#healthLines.push(line);
        return;
      default:
        this.#operations.add(line);
    }
  }

  history(): History {
    const operations = this.#operations.operations();
    return {
      operations,
      operation: (id) => this.#operations.find(id),
      heard: this.#heard.sort(byTime),
      pushes: this.#pushes.sort(byTime),
      lives: joinLives(this.#lifeLines.sort(byTime)),
      peace: joinPeace(this.#healthLines.sort(byTime)),
      ...distinct(this.#transactions.sort((a, b) => a.epoch - b.epoch || a.seq - b.seq)),
      rereads: this.#rereads,
      pictures: this.#pictures,
      feeds: this.#feeds.sort(byTime),
    };
  }
}

export function joinLines(lines: Iterable<Line>): History {
  const joiner = new HistoryJoiner();
  for (const line of lines) joiner.add(line);
  return joiner.history();
}

const byTime = (a: { at: number }, b: { at: number }): number => a.at - b.at;

function loggedTransaction({ k: _, puts, removes, ...rest }: TxLine): LoggedTransaction {
  return {
    ...rest,
    puts: puts.filter(({ kind }) => CHECKED_KINDS.has(kind)).map((record) => checkedRecord.parse(record)),
    removes: removes.filter(([kind]) => CHECKED_KINDS.has(kind)),
  };
}

function distinct(sorted: LoggedTransaction[]): Pick<History, 'transactions' | 'contradictions'> {
  const transactions: LoggedTransaction[] = [];
  const contradictions: History['contradictions'] = [];
  for (const tx of sorted) {
    const last = transactions.at(-1);
    if (last === undefined || last.epoch !== tx.epoch || last.seq !== tx.seq) transactions.push(tx);
    else if (!isSame(last, tx)) contradictions.push([last, tx]);
  }
  return { transactions, contradictions };
}

/** Read twice, at different times. */
const isSame = (a: LoggedTransaction, b: LoggedTransaction): boolean =>
  JSON.stringify({ ...a, at: 0 }) === JSON.stringify({ ...b, at: 0 });

function joinLives(lines: readonly LifeLine[]): Map<string, Life[]> {
  const lives = new Map<string, Life[]>();
  for (const { agent, life, k, at, drained } of lines) {
    const own = lives.get(agent) ?? [];
    lives.set(agent, own);
    const known = own.find((one) => one.life === life);
    const one = known ?? { agent, life, stops: [] };
    if (known === undefined) own.push(one);
    if (drained === true) one.drained = drained;
    if (k === 'born') one.bornAt = at;
    else if (k === 'ended') one.endedAt = Math.min(at, one.endedAt ?? at);
    else if (k === 'stopped') one.stops.push({ from: at });
    else {
      const open = one.stops.at(-1);
      if (open !== undefined) open.to ??= at;
    }
  }
  return lives;
}

function joinPeace(lines: readonly HealthLine[]): Span[] {
  const peace: Span[] = [];
  for (const { k, at } of lines) {
    const last = peace.at(-1);
    const open = last !== undefined && last.to === undefined;
    if (k === 'healed' && !open) peace.push({ from: at });
    else if (k === 'harmed' && open) last.to = at;
  }
  return peace;
}
