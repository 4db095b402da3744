import { setTimeout as delay } from 'node:timers/promises';
import { Auditor } from './audit/auditor.ts';
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
}

const LOOK_EVERY_MS = 100;
/** A beat comes every two seconds; a connection may first have to come back. */
const PICTURES_WITHIN_MS = 10_000;

const { name, redisUrl, ways, token, project, folder } = JSON.parse(process.argv[2] ?? '{}') as ObserverOrders;
const history = new HistoryWriter(folder, name);
const auditor = redisUrl === undefined ? undefined : new Auditor(redisUrl, { project, history });
/** Pictures of what the auditor has not read yet. */
let waiting: Taken[] = [];
let compared = 0;

function onPicture(taken: Taken): void {
  const { epoch, seq, own, hub } = taken;
  compared += 1;
  history.write({ k: 'picture', whose: 'watcher', epoch, seq, digest: own });
  history.write({ k: 'picture', whose: 'hub', epoch, seq, digest: hub });
  if (auditor !== undefined) waiting.push(taken);
}

function compareWithLog(): void {
  waiting = waiting.filter(({ epoch, seq }) => {
    const digest = auditor?.digestAt(epoch, seq);
    if (digest !== undefined) history.write({ k: 'picture', whose: 'auditor', epoch, seq, digest });
    return digest === undefined && seq > (auditor?.seq ?? 0);
  });
}

const watchers = ways.map((way) => new Watcher({ way, token, project, onPicture }));
void auditor?.run();
const comparing = setInterval(compareWithLog, 250);

/** Once the log is read up to `seq` at least, and each watcher has taken one more picture. */
async function finish(seq: number): Promise<void> {
  const enough = compared + ways.length;
  while (auditor !== undefined && auditor.seq < seq) await delay(LOOK_EVERY_MS);
  for (let waited = 0; compared < enough && waited < PICTURES_WITHIN_MS; waited += LOOK_EVERY_MS)
    await delay(LOOK_EVERY_MS);
  compareWithLog();
  clearInterval(comparing);
  for (const watcher of watchers) watcher.end();
  auditor?.end();
  history.close();
  process.send?.('finished');
  process.disconnect();
}

process.on('message', ({ finish: seq }: { finish: number }) => void finish(seq));
process.on('disconnect', () => process.exit());
