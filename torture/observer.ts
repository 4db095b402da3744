import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Auditor } from './audit/auditor.ts';
import { isAtOrAfter, named, type Position, position } from './audit/position.ts';
import { type Taken, Watcher } from './audit/watcher.ts';
import { HistoryWriter } from './history/writer.ts';
import type { Way } from './way.ts';

/** What the process of auditor and watchers is told at its start, as its only argument. */
export interface ObserverOrders {
  name: string;
  /** Undefined for a hub whose Redis is not the run's to read. */
  redisUrl: string | undefined;
  /** One watcher for each. */
  ways: Way[];
  token: string;
  project: string;
  folder: string;
  /** Nothing befalls the process itself: how its control rooms stand with their hubs is the hubs' doing. */
  judgesFeeds: boolean;
}

/** What it is asked while it runs: once `level`, or `finish` at its end, when the log is at `end` at least. */
export type ObserverAsk = { ask: 'level' } | { ask: 'finish'; end: Position };
/** `failed`: the sentence that says why not. */
export type ObserverAnswer = { done: 'level' | 'finish'; failed?: string };

/** A beat comes every two seconds; a connection may first have to come back. */
const PICTURES_WITHIN_MS = 15_000;
const COMPARE_EVERY_MS = 250;

const asked: z.ZodType<ObserverAsk> = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('level') }),
  z.object({ ask: z.literal('finish'), end: position }),
]);
const orders = JSON.parse(process.argv[2] ?? '{}') as ObserverOrders;
const { name, redisUrl, ways, token, project, folder, judgesFeeds } = orders;
const history = new HistoryWriter(folder, name);
const auditor = redisUrl === undefined ? undefined : new Auditor(redisUrl, { project, history });
/** Pictures of what the auditor has not read yet. */
let waiting: Taken[] = [];

function onPicture(taken: Taken): void {
  const { epoch, seq, own, hub } = taken;
  history.write({ k: 'picture', whose: 'watcher', epoch, seq, digest: own });
  history.write({ k: 'picture', whose: 'hub', epoch, seq, digest: hub });
  if (auditor !== undefined) waiting.push(taken);
}

/** What the log never had stays without a picture of the auditor's: the checker sees that it is not there. */
function compareWithLog(): void {
  waiting = waiting.filter(({ epoch, seq }) => {
    const digest = auditor?.digestAt(epoch, seq);
    if (digest !== undefined) history.write({ k: 'picture', whose: 'auditor', epoch, seq, digest });
    return digest === undefined && seq > (auditor?.position.seq ?? 0);
  });
}

const watchers = ways.map((way, at) => {
  const watcher = `${name} ${at}`;
  return new Watcher({
    way,
    token,
    project,
    onPicture,
    onStands: (stands, own) => judgesFeeds && history.write({ k: 'feed', watcher, stands, ...own }),
  });
});
auditor?.start();
const comparing = setInterval(compareWithLog, COMPARE_EVERY_MS);

/** The log is read up to `end` at least, and each watcher takes one more picture of what is there by then. */
async function finish(end: Position): Promise<void> {
  await auditor?.reach(end.seq);
  const there = auditor?.position ?? end;
  const target = isAtOrAfter(there, end) ? there : end;
  const late = new Set(watchers);
  const all = watchers.map(async (watcher) => {
    await watcher.level(target);
    late.delete(watcher);
  });
  await Promise.race([Promise.all(all), delay(PICTURES_WITHIN_MS)]);
  for (const watcher of watchers) watcher.end();
  await auditor?.finish();
  compareWithLog();
  const [one] = late;
  if (one !== undefined)
    throw new Error(
      `control room ${watchers.indexOf(one)} of ${name} took no picture of the end of the log, ${named(target)}, within ${PICTURES_WITHIN_MS / 1_000} s; it is at ${named(one.position)}`,
    );
}

/** Resolves with why not, as a sentence. */
const failureOf = (done: Promise<unknown>): Promise<string | undefined> =>
  done.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

function answer(done: ObserverAnswer['done'], failed: string | undefined): void {
  const said: ObserverAnswer = { done, ...(failed !== undefined && { failed }) };
  process.send?.(said);
}

async function serve(what: ObserverAsk): Promise<void> {
  if (what.ask === 'level') {
    answer('level', await failureOf(Promise.all(watchers.map((watcher) => watcher.level()))));
    return;
  }
  const failed = await failureOf(finish(what.end));
  clearInterval(comparing);
  auditor?.end();
  history.close();
  answer('finish', failed);
  process.disconnect();
}

process.on('message', (message) => void serve(asked.parse(message)));
process.on('disconnect', () => process.exit());
