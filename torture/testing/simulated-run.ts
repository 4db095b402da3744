import type { Line } from '../history/line.ts';
import { type Bug, SeededBug } from './seeded-bug.ts';
import { ToyAgent } from './toy-agent.ts';
import { ToyHub } from './toy-hub.ts';
import { type Rumours, ToyWork } from './toy-work.ts';
import { World } from './world.ts';

const AGENTS = ['ann', 'bob', 'cid', 'dee'];
const PERSON = 'olga';
const RUN_MS = 7_000;
const RESTART_BEFORE_MS = 2_400;

export interface SimulatedRun {
  lines: Line[];
  /** The bug was made, and something came of it that somebody could see. */
  tookEffect: boolean;
}

/** A run of a few agents on a toy hub that keeps every promise, or breaks one of them once. The same seed, the same run. */
export function simulateRun(seed: number, bug?: Bug): SimulatedRun {
  const world = new World(seed);
  const { random } = world;
  // A restart breaks all connections, and that settles whatever is open.
  const bugFrom = bug === 'unsettled request' ? RESTART_BEFORE_MS + 100 : 300;
  const hub = new ToyHub(world, new SeededBug(bug, world.now + random.int(bugFrom, RUN_MS * 0.6)));
  const rumours: Rumours = { locks: [], attempts: [], numbers: new Map(), tasks: [] };
  const current = new Map<string, ToyAgent>();
  const weather = { lossy: random.pick([0, 0.01, 0.05]) };

  const begin = (agent: string, number: number): void => {
    const work = new ToyWork(random, AGENTS, rumours);
    const who = { agent, life: `${agent}#${number}`, isPerson: agent === PERSON, weather };
    const one = new ToyAgent(world, hub, work, who);
    current.set(agent, one);
    one.start();
    if (agent !== PERSON) harm(one, number);
  };
  const harm = (one: ToyAgent, number: number): void => {
    const at = random.int(200, RUN_MS);
    if (world.now + at > 1_000 + RUN_MS) return;
    const kill = world.chance(0.4);
    world.after(at, () => {
      if (!kill) {
        one.stop(random.int(100, 2_500));
        return;
      }
      one.kill();
      if (world.chance(0.85)) world.after(random.int(50, 900), () => begin(one.agent, number + 1));
    });
  };
  for (const agent of [...AGENTS, PERSON]) begin(agent, 1);
  world.after(random.int(600, RESTART_BEFORE_MS), () => {
    hub.restart();
    for (const one of current.values()) one.breakConnection();
  });
  world.after(RUN_MS + 1_500, () => endWhenRead(world, hub, current));
  world.run();
  const tookEffect = hub.bug.tookEffect || harmedMail(world.lines, hub);
  return { lines: random.shuffled(world.lines), tookEffect };
}

function endWhenRead(world: World, hub: ToyHub, current: ReadonlyMap<string, ToyAgent>): void {
  const living = [...current.values()].filter((one) => one.isAlive);
  for (const one of living) one.drain();
  hub.drain();
  const wait = (left: number): void => {
    const busy = !hub.isRead(living.map(({ agent }) => agent)) || living.some((one) => one.isBusy);
    if (busy && left > 0) world.after(100, () => wait(left - 1));
    else {
      hub.close();
      for (const one of living) one.finish();
    }
  };
  wait(400);
}

/** Whether a message was lost or overtaken shows only when its recipient has heard what there was. */
function harmedMail(lines: readonly Line[], { mail: { lost, overtaken } }: ToyHub): boolean {
  if (lost !== undefined)
    return lines.some((line) => line.k === 'ended' && line.drained === true && line.agent === lost.to);
  if (overtaken === undefined) return false;
  const heard = lines.flatMap((line) => (line.k === 'heard' ? [line.messageId] : []));
  const [late, by] = [heard.indexOf(overtaken.late), heard.indexOf(overtaken.by)];
  return by >= 0 && late > by;
}
