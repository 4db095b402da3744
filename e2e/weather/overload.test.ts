import { setTimeout as delay } from 'node:timers/promises';
import { createFeed } from '@signalbox/sdk/feed';
import { expect, test } from 'vitest';
import { startHub } from '../support/hub.ts';
import { Child } from './child.ts';
import { cpuMs, rssMb } from './usage.ts';

const PROJECT = 'flood';
const WITNESSES = 20;
/** Each of their agents offers all its connection takes. */
const FLOODS = ['flood-a', 'flood-b', 'flood-c'];
const AGENTS = 4;
const CALLERS = 4;
/** What is not refused is not even read, and stays with whoever sent it. One of both, or it was no flood. */
const OFFERED_TIMES = 3;
const FLOOD_MS = 12_000;
const DIRECT_EVERY_MS = 500;
/** A witness is late after 7.5 s of silence. What a directive takes is printed; this is far beyond anything sane. */
const HEARD_WITHIN_MS = 7_500;
const MAX_GROWTH_MB = 300;

interface Flood {
  answers: { ok: number; refused: Record<string, number>; withoutDelay: number; sent: number };
  closed: string;
}
interface Witness {
  ready: true;
  heard: number[];
}

test('[G15] ten times too much is refused with a delay; nobody is late for it, and what people say comes through', {
  timeout: 120_000,
}, async () => {
  const hub = await startHub();
  const notPresent = new Set<string>();
  const feed = createFeed({ url: hub.url, token: hub.ownerToken, project: PROJECT });
  feed.onDiff((puts) => {
    for (const record of puts)
      if (record.kind === 'agent' && record.presence !== 'present') notPresent.add(`${record.id}: ${record.presence}`);
  });
  try {
    await hub.call(PROJECT, 'project.create', { id: PROJECT });
    feed.tryNow();
    const settings = { url: hub.url, token: hub.ownerToken, project: PROJECT };
    await using witness = Child.start<Witness>('witness.mjs', { ...settings, agents: WITNESSES });
    await witness.until(({ ready }) => ready === true);
    const { pid = 0 } = hub.process;
    const before = { rss: await rssMb(pid), cpu: await cpuMs(pid), at: performance.now() };

    const floods = FLOODS.map((name) =>
      Child.start<Flood>('flood.mjs', { ...settings, name, agents: AGENTS, callers: CALLERS }),
    );
    let highest = 0;
    let directives = 0;
    for (const until = performance.now() + FLOOD_MS; performance.now() < until; await delay(DIRECT_EVERY_MS)) {
      highest = Math.max(highest, await rssMb(pid));
      const to = 'role:ai_specialist';
      const answer = await hub.call(PROJECT, 'directive.send', { to, action: 'say', body: String(Date.now()) });
      expect(answer).toMatchObject({ ok: true, recipients: expect.any(Object) });
      directives += 1;
    }
    const cores = ((await cpuMs(pid)) - before.cpu) / (performance.now() - before.at);
    const answers = await Promise.all(floods.map((flood) => flood.ask('answers')));
    const closed = await Promise.all(floods.map((flood) => flood.until(() => true)));
    await Promise.all(floods.map((flood) => flood[Symbol.asyncDispose]()));
    while ((await witness.ask('heard')).length < directives * WITNESSES) await delay(100);

    const heard = (await witness.ask('heard')).sort((a, b) => a - b);
    const sum = (of: (one: Flood['answers']) => number): number => answers.reduce((total, one) => total + of(one), 0);
    const refused: Record<string, number> = {};
    for (const one of answers)
      for (const [code, times] of Object.entries(one.refused)) refused[code] = (refused[code] ?? 0) + times;
    console.log(
      `offered ${sum(({ sent }) => sent)}, done ${sum(({ ok }) => ok)}, refused ${JSON.stringify(refused)}; ` +
        `the hub used ${cores.toFixed(2)} cores and ${(highest - before.rss).toFixed(0)} MB more; ` +
        `${heard.length} directives took ${heard[Math.floor(heard.length / 2)]} ms in the middle, ${heard.at(-1)} ms at most`,
    );
    expect(Object.keys(refused).filter((code) => code !== 'RATE_LIMITED' && code !== 'OVERLOADED')).toEqual([]);
    expect(sum(({ withoutDelay }) => withoutDelay)).toBe(0);
    const refusals = Object.values(refused).reduce((total, times) => total + times, 0);
    const waits = sum(({ sent }) => sent) > OFFERED_TIMES * sum(({ ok }) => ok);
    expect(refusals > 0 || waits).toBe(true);
    expect(closed.map((said) => said.closed)).toEqual(FLOODS.map(() => undefined));
    expect([...notPresent].filter((agent) => agent.startsWith('witness'))).toEqual([]);
    expect(heard.at(-1)).toBeLessThan(HEARD_WITHIN_MS);
    expect(highest - before.rss).toBeLessThan(MAX_GROWTH_MB);
  } finally {
    feed.close();
    await hub.close();
  }
});
