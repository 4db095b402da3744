import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { Load } from '../load/driver.ts';
import { startHub } from '../machine/hub.ts';
import { compare } from '../report/stats.ts';
import { connect, flood, perSecond, watch } from './pairs.ts';
import type { Row, Stage } from './row.ts';

const AGENTS = 200;
const IN_FLIGHT = 2;
const CLAIMS = 30_000;
const ROUNDS = 3;
const ROUND_MS = 2_000;
const LEASE_MS = 120_000;

/**
 * The design that swarms of today keep their claims in: a table in a SQLite file. In its own shape every call opens the
 * file, claims, commits and closes, as each agent's short-lived process does; at its best one process keeps the file
 * open, with prepared statements and a write-ahead log. Nobody else writes: two processes would only wait for each other.
 */
export const fileDatabase: Row = {
  id: 'P16',
  about: 'claims against a file database, in its own shape and at its best',
  async run(stage) {
    const rounds: { ours: number; ownShape: number; best: number }[] = [];
    const { children, cores, folder } = stage;
    try {
      const hub = await startHub(children, { folder, cores });
      const load = new Load(children, cores);
      await watch(load, hub);
      await connect(load, hub, AGENTS);
      for (let round = 0; round < ROUNDS; round++) {
        const ours = perSecond(await flood(load, hub, 'claim', CLAIMS, IN_FLIGHT));
        await flood(load, hub, 'release', CLAIMS, IN_FLIGHT);
        const base = join(folder, `round-${round}`);
        await mkdir(base);
        rounds.push({ ours, ownShape: openedEachTime(join(base, 'own.db')), best: keptOpen(join(base, 'best.db')) });
        report(stage, rounds.at(-1));
      }
    } finally {
      await children.endAll();
    }
    const against = (reference: 'ownShape' | 'best') =>
      compare(rounds.map((round) => ({ ours: round.ours, reference: round[reference] })));
    return [
      {
        ...against('ownShape'),
        id: 'P16',
        name: 'claims against a file database in its own shape',
        unit: 'claims/s',
        goal: { of: 'ratio', is: '≥', first: 55 },
      },
      {
        ...against('best'),
        id: 'P16.best',
        name: 'and against its best case (open, prepared, WAL)',
        unit: 'claims/s',
        goal: { of: 'ratio', is: '≥', first: 10 },
      },
    ];
  },
};

function report({ say }: Stage, round: { ours: number; ownShape: number; best: number } | undefined): void {
  if (round === undefined) return;
  const [ours, ownShape, best] = [round.ours, round.ownShape, round.best].map(Math.round);
  say(`ours ${ours}, own shape ${ownShape}, at its best ${best} claims/s`);
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS claims (path TEXT PRIMARY KEY, holder TEXT NOT NULL, since INTEGER NOT NULL,
  expires INTEGER NOT NULL)`;
const HELD = 'SELECT holder FROM claims WHERE path = ? AND expires > ?';
const CLAIM = 'INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?)';

const prepare = (db: Database.Database) => {
  const held = db.prepare(HELD);
  const insert = db.prepare(CLAIM);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  return (path: string, holder: string): void => {
    const now = Date.now();
    begin.run();
    if (held.get(path, now) !== undefined) throw new Error(`${path} is held: no path is claimed twice`);
    insert.run(path, holder, now, now + LEASE_MS);
    commit.run();
  };
};

/** Claims a second of a function that makes one. */
function rate(claim: (path: string, holder: string) => void): number {
  const startedAt = performance.now();
  let claims = 0;
  let elapsedMs = 0;
  while (elapsedMs < ROUND_MS) {
    claim(`packages/area-${claims % 40}/src/file-${claims}.ts`, `agent-${claims % AGENTS}`);
    claims += 1;
    elapsedMs = performance.now() - startedAt;
  }
  return (claims * 1_000) / elapsedMs;
}

function openedEachTime(file: string): number {
  const first = new Database(file);
  first.exec(SCHEMA);
  first.close();
  return rate((path, holder) => {
    const db = new Database(file);
    prepare(db)(path, holder);
    db.close();
  });
}

function keptOpen(file: string): number {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec(SCHEMA);
  const result = rate(prepare(db));
  db.close();
  return result;
}
