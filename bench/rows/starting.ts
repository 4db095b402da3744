import { join } from 'node:path';
import { hubEnvironment, launchHub, readyLink, startHub } from '../machine/hub.ts';
import { REPOSITORY } from '../machine/start-args.ts';
import { median, rangeOf } from '../report/stats.ts';
import type { Row, Stage } from './row.ts';

const RECORDS = 100_000;
/** As many as one plan may have. */
const AT_ONCE = 1_000;
const STARTS = 3;

export const starting: Row = {
  id: 'P13',
  about: `a hub starts on ${RECORDS} records; npm start, the second time`,
  async run(stage) {
    await fill(stage);
    const hub: number[] = [];
    for (let start = 0; start < STARTS; start++) hub.push(await timeOfHub(stage));
    // The first may have to build what is stale.
    await timeOfNpmStart(stage);
    const npm: number[] = [];
    for (let start = 0; start < STARTS; start++) npm.push(await timeOfNpmStart(stage));
    return [
      {
        id: 'P13.hub',
        name: `hub start with ${RECORDS.toLocaleString('en')} records, its Redis included`,
        value: median(hub),
        unit: 's',
        spread: rangeOf(hub),
        goal: { of: 'value', is: '≤', first: 2 },
      },
      {
        id: 'P13.start',
        name: 'the second npm start, to the launch link',
        value: median(npm),
        unit: 's',
        spread: rangeOf(npm),
        goal: { of: 'value', is: '≤', first: 3 },
      },
    ];
  },
};

async function fill(stage: Stage): Promise<void> {
  const hub = await startHub(stage.children, stage);
  for (let from = 0; from < RECORDS; from += AT_ONCE) {
    const tasks = Array.from({ length: AT_ONCE }, (_, at) => ({
      title: `Task ${from + at}`,
      files: [`src/part-${from + at}.ts`],
    }));
    await hub.call('task.createMany', { tasks });
  }
  await hub.stop();
}

/** Seconds until it prints its link. */
async function timeOfHub({ children, folder, cores }: Stage): Promise<number> {
  const startedAt = performance.now();
  const { child } = await launchHub(children, { folder, cores });
  const seconds = (performance.now() - startedAt) / 1_000;
  await children.end(child);
  return seconds;
}

async function timeOfNpmStart({ children, folder }: Stage): Promise<number> {
  const startedAt = performance.now();
  const child = children.start('npm', ['start', '--prefix', REPOSITORY], {
    read: true,
    env: hubEnvironment(join(folder, 'npm')),
  });
  await readyLink(child);
  const seconds = (performance.now() - startedAt) / 1_000;
  await children.end(child, 'SIGINT');
  return seconds;
}
