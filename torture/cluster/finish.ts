import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Position, position } from '../audit/position.ts';
import { within } from '../within.ts';
import type { AgentProcess } from './fleet.ts';
import type { Ask } from './hub-api.ts';
import type { Readers } from './readers.ts';

const LOOK_EVERY_MS = 250;
const DRAINED_WITHIN_MS = 60_000;
/** A message that got lost on its way comes again after 30 s. */
const HEARD_WITHIN_MS = 90_000;
/** The whole log of ten minutes is read again. */
const OBSERVED_WITHIN_MS = 120_000;

const listed = position.extend({ messages: z.array(z.unknown()) });

interface End {
  ask: Ask;
  agents: readonly AgentProcess[];
  observer: Readers;
}

/** The end of a run, see {@link Cluster.finish}. */
export async function finish({ ask, agents, observer }: End): Promise<void> {
  await within(DRAINED_WITHIN_MS, 'agents end what they do', Promise.all(agents.map((agent) => agent.drain())));
  const end = await within(HEARD_WITHIN_MS, 'every message is heard', everythingHeard(ask));
  await Promise.all(agents.map((agent) => agent.end()));
  // Only now nobody is told anything any more that would have to be in the log.
  await within(OBSERVED_WITHIN_MS, 'the log is read to its end', observer.finish(end));
}

/** Resolves with where the log is when no message waits for anybody. */
async function everythingHeard(ask: Ask): Promise<Position> {
  for (;;) {
    const { epoch, seq, messages } = listed.parse(await ask('message.list', { state: 'unread', limit: 1 }));
    if (messages.length === 0) return { epoch, seq };
    await delay(LOOK_EVERY_MS);
  }
}
