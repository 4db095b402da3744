import { HUB, type Line } from '../history/line.ts';
import { type Bug, SeededBug } from './seeded-bug.ts';
import { Stops } from './stops.ts';
import { ToyAgent } from './toy-agent.ts';
import { ToyHub } from './toy-hub.ts';
import { type Rumours, ToyWork } from './toy-work.ts';
import { World } from './world.ts';

const AGENTS = ['ann', 'bob', 'cid', 'dee'];
const PERSON = 'olga';
const RUN_MS = 10_000;
const RESTART_BEFORE_MS = 2_400;
/** How often the hub stands still for a moment, and for so long that nobody would wait for an answer: then near the end. */
const SHORT_STOP = 0.4;
const LONG_STOP = 0.1;
const LONG_STOP_AFTER_MS = 6_000;
const LONG_STOP_MS = [11_000, 13_000] as const;
const STOP_MS = [100, 3_000] as const;
/** How often one of them dies early and does not come back. */
const DEAD = 0.4;

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
      if (!one.isAlive) return;
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
    hub.whenRunning(() => hub.restart());
    for (const one of current.values()) one.breakConnection();
  });
  if (world.chance(SHORT_STOP)) world.after(random.int(500, RUN_MS), () => hub.stop(random.int(...STOP_MS)));
  if (world.chance(LONG_STOP))
    world.after(random.int(LONG_STOP_AFTER_MS, RUN_MS), () => hub.stop(random.int(...LONG_STOP_MS)));
  if (world.chance(DEAD)) world.after(random.int(300, 2_500), () => current.get(random.pick(AGENTS))?.kill());
  stopAnother(world, RUN_MS);
  world.after(RUN_MS + 1_500, () => endWhenRead(world, hub, current));
  world.run();
  const tookEffect = hub.bug.tookEffect || harmedMail(world.lines, hub);
  return { lines: random.shuffled(world.lines), tookEffect };
}

/** Of a hub that nobody is connected to: that excuses nothing. */
function stopAnother(world: World, forMs: number): void {
  const stops = new Stops(world, (k) => world.write({ k, agent: 'another', life: HUB }));
  for (let at = 0; at < forMs; at += 2_500) world.after(at, () => stops.stop(2_000));
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
function harmedMail(lines: readonly Line[], { mail: { lost, overtaken, again } }: ToyHub): boolean {
  if (again !== undefined) return heardAfterAck(lines, again);
  if (lost !== undefined)
    return (
      lines.some((line) => line.k === 'answer' && line.answer.ok && line.answer.messageId === lost.id) &&
      lines.some((line) => line.k === 'ended' && line.drained === true && line.agent === lost.to)
    );
  if (overtaken === undefined) return false;
  const heard = lines.flatMap((line) => (line.k === 'heard' ? [line.messageId] : []));
  const [late, by] = [heard.indexOf(overtaken.late), heard.indexOf(overtaken.by)];
  return by >= 0 && late > by;
}

function heardAfterAck(lines: readonly Line[], { agent, messageId }: { agent: string; messageId: string }): boolean {
  const acks = new Set<string>();
  let answered = false;
  for (const line of lines) {
    if (line.k === 'call' && line.agent === agent && line.command === 'message.ack')
      if (Array.isArray(line.input.messageIds) && line.input.messageIds.includes(messageId)) acks.add(line.id);
    if (line.k === 'answer' && line.answer.ok && acks.has(line.id)) answered = true;
    if (line.k === 'heard' && line.agent === agent && line.messageId === messageId && answered) return true;
  }
  return false;
}
