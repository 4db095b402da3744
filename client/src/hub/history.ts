import type { CommandInput } from '@signalbox/shared/commands';
import type { HistoryEvent } from '@signalbox/shared/commands/history';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Ack, Cursor } from '@signalbox/shared/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';

export type HistoryFilter = Pick<CommandInput<'history.list'>, 'kind' | 'actor' | 'command'>;
/** Asks the hub: of the project, or of the hub as a whole. */
export type ReadHistory = (
  input: CommandInput<'history.list'>,
) => Promise<Ack<{ events: HistoryEvent[]; next?: string | undefined }>>;

export interface HistoryState {
  /** Newest first, as far back as was read. Never moves by itself. */
  events: readonly HistoryEvent[];
  /** Something was read at all. */
  loaded: boolean;
  /** What has happened since, newest first; null when there is too much of it to show without beginning anew. */
  news: readonly HistoryEvent[] | null;
  /** There is older. */
  more: boolean;
  busy: boolean;
  error: ErrorBody | null;
}

const PAGE = 100;
/** One answer looks at a bounded piece of the log, which may have nothing of what is wanted. */
const PIECES = 10;

const NOTHING: HistoryState = { events: [], loaded: false, news: [], more: false, busy: false, error: null };

const isNewer = (one: Cursor, than: Cursor | undefined): boolean =>
  than === undefined || one.epoch > than.epoch || (one.epoch === than.epoch && one.seq > than.seq);

/** Everything newer than this was looked at: `next` names the entry that the answer ended in. */
function endOf(next: string): Cursor {
  const [epoch, seq] = next.split(/[-.]/).map(Number);
  return { epoch: epoch ?? 0, seq: seq ?? 0 };
}

interface Read {
  events: HistoryEvent[];
  /** Where the hub was when it was asked. */
  asOf: Cursor | undefined;
}

/** A part of what happened, read piece by piece backwards, and what comes on top of it meanwhile. */
export class HistoryReader {
  readonly store: StoreApi<HistoryState> = createStore<HistoryState>(() => NOTHING);
  private next: string | undefined;
  /** Whatever there was up to here is in what was read. */
  private covered: Cursor | undefined;
  /** Which beginning is the last one: what was asked before it is not wanted any more. */
  private beginning = 0;
  private readonly read: ReadHistory;
  private readonly filter: HistoryFilter;

  constructor(read: ReadHistory, filter: HistoryFilter) {
    this.read = read;
    this.filter = filter;
  }

  /** The newest, in place of whatever is shown. */
  async start(): Promise<void> {
    this.beginning += 1;
    const page = await this.collect(undefined);
    if (page === undefined) return;
    this.next = page.next;
    this.covered = page.asOf;
    this.store.setState({ events: page.events, loaded: true, news: [], more: page.next !== undefined });
  }

  async older(): Promise<void> {
    if (this.next === undefined || this.store.getState().busy) return;
    const page = await this.collect(this.next);
    if (page === undefined) return;
    this.next = page.next;
    this.store.setState({ events: [...this.store.getState().events, ...page.events], more: page.next !== undefined });
  }

  /** Looks whether something has happened since; what is shown stays where it is. */
  async look(): Promise<void> {
    const { loaded, busy, events, news } = this.store.getState();
    if (!loaded || busy || news === null) return;
    const fresh = await this.since(news[0] ?? events[0]);
    const now = this.store.getState();
    if (fresh === undefined || now.events !== events || now.news !== news) return;
    if (fresh === null || fresh.events.length + news.length >= PAGE) return this.store.setState({ news: null });
    this.covered = fresh.asOf;
    // Nobody reads an empty list: nothing jumps.
    if (events.length === 0) this.store.setState({ events: fresh.events, news: [] });
    else this.store.setState({ news: [...fresh.events, ...news] });
  }

  /** What is newer than `newest`, back to where everything is known; null when that is too far, undefined without an answer. */
  private async since(newest: HistoryEvent | undefined): Promise<Read | null | undefined> {
    const events: HistoryEvent[] = [];
    let asOf: Cursor | undefined;
    let next: string | undefined;
    for (let piece = 0; piece < PIECES && events.length < PAGE; piece++) {
      const answer = await this.read({ ...this.filter, limit: PAGE, ...(next !== undefined && { after: next }) });
      if (!answer.ok) return undefined;
      asOf ??= { epoch: answer.epoch, seq: answer.seq };
      events.push(...answer.events.filter((event) => isNewer(event, newest)));
      next = answer.next;
      if (next === undefined || !isNewer(endOf(next), this.covered)) return { events, asOf };
    }
    return null;
  }

  /** Takes over what is new. */
  async showNews(): Promise<void> {
    const { news, events } = this.store.getState();
    if (news === null) await this.start();
    else if (news.length > 0) this.store.setState({ events: [...news, ...events], news: [] });
  }

  private async collect(after: string | undefined): Promise<(Read & { next: string | undefined }) | undefined> {
    const { beginning } = this;
    let asOf: Cursor | undefined;
    this.store.setState({ busy: true, error: null });
    const events: HistoryEvent[] = [];
    let next = after;
    for (let piece = 0; piece < PIECES; piece++) {
      const answer = await this.read({ ...this.filter, limit: PAGE, ...(next !== undefined && { after: next }) });
      if (beginning !== this.beginning) return undefined;
      if (!answer.ok) {
        this.store.setState({ busy: false, error: answer.error });
        return undefined;
      }
      asOf ??= { epoch: answer.epoch, seq: answer.seq };
      events.push(...answer.events);
      next = answer.next;
      if (next === undefined || events.length >= PAGE) break;
    }
    this.store.setState({ busy: false });
    return { events, next, asOf };
  }
}
