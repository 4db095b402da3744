import { Load } from '../load/driver.ts';
import { startHub } from '../machine/hub.ts';
import { rssOf } from '../machine/proc.ts';
import { quiet } from '../machine/quiet.ts';
import { startReference } from '../machine/reference-server.ts';
import type { Side } from '../machine/side.ts';
import { compare, median } from '../report/stats.ts';
import { connect, watch } from './pairs.ts';
import type { Row, Stage } from './row.ts';

const AGENTS = 10_000;
/** Each with new processes: memory that was once used does not come back. */
const PAIRS = 3;

interface Memory {
  perAgent: number;
  whole: number;
}

export const memory: Row = {
  id: 'P4',
  about: `memory of ${AGENTS} idle agents`,
  async run(stage) {
    const all: { ours: Memory; reference: Memory }[] = [];
    for (let pair = 0; pair < PAIRS; pair++)
      all.push({ ours: await ofHub(stage, `hub-${pair}`), reference: await ofReference(stage, `ref-${pair}`) });
    const { value, reference, ratio, spread } = compare(
      all.map((pair) => ({ ours: pair.ours.perAgent / 1_024, reference: pair.reference.perAgent / 1_024 })),
    );
    return [
      {
        id: 'P4',
        name: 'memory of a registered idle agent',
        value,
        unit: 'kB',
        reference,
        ratio,
        spread,
        goal: { of: 'ratio', is: '≤', first: 1.3 },
        notes: ['resident memory after the fleet came, less that before it, against a bare connection'],
      },
      {
        id: 'P4.rss',
        name: `memory of a hub with ${AGENTS} agents`,
        value: median(all.map(({ ours }) => ours.whole)) / 1e6,
        unit: 'MB',
        goal: { of: 'value', is: '≤', first: 300 },
      },
    ];
  },
};

async function ofHub({ children, cores, folder, say }: Stage, name: string): Promise<Memory> {
  try {
    const hub = await startHub(children, { folder: `${folder}/${name}`, cores });
    const load = new Load(children, cores);
    await watch(load, hub);
    return await memoryOf(load, hub, say);
  } finally {
    await children.endAll();
  }
}

async function ofReference({ children, cores, folder, say }: Stage, name: string): Promise<Memory> {
  try {
    const side = await startReference(children, { folder: `${folder}/${name}`, cores, durability: 'none' });
    const load = new Load(children, cores);
    return await memoryOf(load, side, say);
  } finally {
    await children.endAll();
  }
}

async function memoryOf(load: Load, side: Side, say: Stage['say']): Promise<Memory> {
  await quiet(side.pid);
  const before = rssOf(side.pid);
  await connect(load, side, AGENTS);
  await quiet(side.pid);
  const whole = rssOf(side.pid);
  const perAgent = (whole - before) / AGENTS;
  say(`${side.name}: ${Math.round(whole / 1e6)} MB, ${(perAgent / 1_024).toFixed(1)} kB an agent`);
  return { perAgent, whole };
}
