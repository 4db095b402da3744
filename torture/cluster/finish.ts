import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AgentProcess } from './fleet.ts';
import type { Ask } from './hub-api.ts';
import type { Readers } from './readers.ts';

const LOOK_EVERY_MS = 250;
const DRAINED_WITHIN_MS = 60_000;
/** A message that got lost on its way comes again after 30 s. */
const HEARD_WITHIN_MS = 90_000;
const OBSERVED_WITHIN_MS = 60_000;

const listed = z.object({ seq: z.number(), messages: z.array(z.unknown()) });

interface End {
  ask: Ask;
  agents: readonly AgentProcess[];
  observer: Readers;
}

/** The end of a run, see {@link Cluster.finish}. */
export async function finish({ ask, agents, observer }: End): Promise<void> {
  await within(DRAINED_WITHIN_MS, 'agents end what they do', Promise.all(agents.map((agent) => agent.drain())));
  const seq = await within(HEARD_WITHIN_MS, 'every message is heard', everythingHeard(ask));
  await within(OBSERVED_WITHIN_MS, 'the log is read to its end', observer.finish(seq));
  await Promise.all(agents.map((agent) => agent.end()));
}

/** Resolves with the seq at which no message waits for anybody. */
async function everythingHeard(ask: Ask): Promise<number> {
  for (;;) {
    const { seq, messages } = listed.parse(await ask('message.list', { state: 'unread', limit: 1 }));
    if (messages.length === 0) return seq;
    await delay(LOOK_EVERY_MS);
  }
}

async function within<T>(ms: number, what: string, done: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`it was not reached within ${ms / 1_000} s that ${what}`);
  });
  // Not late any more: nobody wants to know.
  late.catch(() => {});
  return Promise.race([done, late]).finally(() => over.abort());
}
