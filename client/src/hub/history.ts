import type { CommandInput } from '@signalbox/shared/commands';
import type { HistoryEvent } from '@signalbox/shared/commands/history';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';
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

const isNewer = (event: HistoryEvent, than: HistoryEvent | undefined): boolean =>
  than === undefined || event.epoch > than.epoch || (event.epoch === than.epoch && event.seq > than.seq);

/** A part of what happened, read piece by piece backwards, and what comes on top of it meanwhile. */
export class HistoryReader {
  readonly store: StoreApi<HistoryState> = createStore<HistoryState>(() => NOTHING);
  private next: string | undefined;
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
    const { loaded, busy, events } = this.store.getState();
    if (!loaded || busy) return;
    const answer = await this.read({ ...this.filter, limit: PAGE });
    if (!answer.ok || this.store.getState().events !== events) return;
    const news = answer.events.filter((event) => isNewer(event, events[0]));
    const isWhole = news.length < PAGE;
    // Nobody reads an empty list: nothing jumps.
    if (events.length === 0 && isWhole && news.length > 0) this.store.setState({ events: news, news: [] });
    else this.store.setState({ news: isWhole ? news : null });
  }

  /** Takes over what is new. */
  async showNews(): Promise<void> {
    const { news, events } = this.store.getState();
    if (news === null) await this.start();
    else if (news.length > 0) this.store.setState({ events: [...news, ...events], news: [] });
  }

  private async collect(
    after: string | undefined,
  ): Promise<{ events: HistoryEvent[]; next: string | undefined } | undefined> {
    const { beginning } = this;
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
      events.push(...answer.events);
      next = answer.next;
      if (next === undefined || events.length >= PAGE) break;
    }
    this.store.setState({ busy: false });
    return { events, next };
  }
}
