import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHub } from '../support/hub.ts';
import { Child } from './child.ts';
import { rssMb } from './usage.ts';

const PROJECT = 'slow';
/** 20 readers in 4 processes; each process has half control rooms and half agents. */
const PROCESSES = 4;
const ROOMS = 2;
const AGENTS = 3;
const BEFORE_MS = 5_000;
/** A little longer than a stopped reader keeps its connection, since it answers no ping either. */
const STOPPED_MS = 26_000;
/**
 * Without a bound the hub keeps some 400 MB for them. With it: 20 MB in queues, references to what waits behind them,
 * the older diffs that everybody may ask for again, and what a garbage collector leaves lying.
 */
const MAX_GROWTH_MB = 220;

interface Reader {
  ready: true;
  state: {
    rooms: { agreed: number; faults: number; snapshots: number }[];
    agents: { id: string; messages: string[]; welcomes: number; cutOff: number; live: boolean }[];
  };
}
interface Busy {
  latency: { claims: number; p50: number; p99: number; slowest: number; refused: Record<string, number> };
  stopped: true;
}

const names = Array.from({ length: PROCESSES * AGENTS }, (_none, at) => `reader-${at}`);

test('[G10] 20 readers that stop cost no memory and hold up nobody; they come back to the present', {
  timeout: 120_000,
}, async () => {
  const hub = await startHub();
  try {
    await hub.call(PROJECT, 'project.create', { id: PROJECT });
    const settings = { url: hub.url, token: hub.ownerToken, project: PROJECT };
    await using readers = new Readers(
      Array.from({ length: PROCESSES }, (_none, at) =>
        Child.start<Reader>('reader.mjs', {
          ...settings,
          rooms: ROOMS,
          agents: names.slice(at * AGENTS, (at + 1) * AGENTS),
        }),
      ),
    );
    await readers.each((reader) => reader.until(({ ready }) => ready === true));
    await using busy = Child.start<Busy>('busy.mjs', {
      ...settings,
      readers: names,
      largeEveryMs: 20,
      assignEveryMs: 20,
    });
    const { pid = 0 } = hub.process;

    await busy.ask('latency');
    await delay(BEFORE_MS);
    const before = { ...(await busy.ask('latency')), rss: await rssMb(pid) };

    readers.signal('SIGSTOP');
    let highest = 0;
    const sent: string[] = [];
    for (const until = performance.now() + STOPPED_MS; performance.now() < until; await delay(250)) {
      highest = Math.max(highest, await rssMb(pid));
      const body = `message ${sent.length}`;
      sent.push(body);
      await hub.call(PROJECT, 'message.send', { to: 'role:ai_specialist', type: 'note', body });
    }
    const meanwhile = { ...(await busy.ask('latency')), rss: highest };
    const figures = ({ claims, p50, p99, slowest, rss }: typeof before): string =>
      `${claims} claims, p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, slowest ${slowest.toFixed(0)} ms, ${rss.toFixed(0)} MB`;
    console.log(`all read: ${figures(before)}\n20 stopped: ${figures(meanwhile)}`);
    expect(highest - before.rss).toBeLessThan(MAX_GROWTH_MB);
    expect([before.refused, meanwhile.refused]).toEqual([{}, {}]);

    readers.signal('SIGCONT');
    const agreedBefore = await readers.each((reader) => reader.ask('state'));
    await readers.each(async (reader, at) => {
      const isBack = ({ rooms, agents }: Reader['state']): boolean =>
        rooms.every(({ agreed }, room) => agreed > (agreedBefore[at]?.rooms[room]?.agreed ?? 0) + 1) &&
        agents.every(({ live, messages }) => live && messages.length === sent.length);
      while (!isBack(await reader.ask('state'))) await delay(100);
    });
    for (const { rooms, agents } of await readers.each((reader) => reader.ask('state'))) {
      expect(rooms.map(({ faults }) => faults)).toEqual(rooms.map(() => 0));
      // Each once and in order, and whoever was sent away was told why.
      expect(agents.map(({ messages }) => messages)).toEqual(agents.map(() => sent));
      expect(agents.map(({ cutOff }) => cutOff)).toEqual(agents.map(({ welcomes }) => welcomes - 1));
    }
    await busy.ask('stopped');
  } finally {
    await hub.close();
  }
});

/** Processes that are stopped and go on together. */
class Readers implements AsyncDisposable {
  readonly #children: Child<Reader>[];

  constructor(children: Child<Reader>[]) {
    this.#children = children;
  }

  each<T>(ask: (child: Child<Reader>, at: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#children.map(ask));
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    for (const { process } of this.#children) process.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.each((child) => child[Symbol.asyncDispose]());
  }
}
