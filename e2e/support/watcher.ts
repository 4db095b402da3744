import { createFeed, type Feed } from '@signalbox/sdk/feed';
import { addDigest, formatDigest, recordDigest } from '@signalbox/shared/digest';
import type { VisibleRecord } from '@signalbox/shared/records';
import type { TestHub } from './hub.ts';

export type RecordOfKind<K extends VisibleRecord['kind']> = Extract<VisibleRecord, { kind: K }>;

/** A copy of the project's records that tells when something is so. */
export class Watcher {
  readonly #records = new Map<string, VisibleRecord>();
  readonly #feed: Feed;
  #looks: (() => void)[] = [];

  constructor(hub: TestHub, project: string) {
    this.#feed = createFeed({ url: hub.url, token: hub.ownerToken, project });
    this.#feed.onSnapshot((records) => {
      this.#records.clear();
      this.#put(records);
    });
    this.#feed.onDiff((puts, removes) => {
      for (const [kind, id] of removes) this.#records.delete(`${kind}:${id}`);
      this.#put(puts);
    });
  }

  all<K extends VisibleRecord['kind']>(kind: K): RecordOfKind<K>[] {
    const is = (record: VisibleRecord): record is RecordOfKind<K> => record.kind === kind;
    return [...this.#records.values()].filter(is);
  }

  /** Resolves with the first answer that is not undefined, looked for at every change. */
  until<T>(find: (watcher: Watcher) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find(this);
        if (found === undefined) return;
        this.#looks = this.#looks.filter((other) => other !== look);
        resolve(found);
      };
      this.#looks.push(look);
      look();
    });
  }

  /** The digest of this copy and the hub's own, as of the next beat at which the copy is level with the hub. */
  digests(): Promise<{ own: string; hub: string }> {
    return new Promise((resolve) => {
      const off = this.#feed.onBeat(({ seq, digest }) => {
        if (this.#feed.status.state !== 'live' || this.#feed.seq !== seq) return;
        off();
        let own = 0;
        for (const { kind, id, rev } of this.#records.values()) own = addDigest(own, recordDigest(kind, id, rev));
        resolve({ own: formatDigest(own), hub: digest });
      });
    });
  }

  close(): void {
    this.#feed.close();
  }

  #put(records: readonly VisibleRecord[]): void {
    for (const record of records) this.#records.set(`${record.kind}:${record.id}`, record);
    for (const look of [...this.#looks]) look();
  }
}
