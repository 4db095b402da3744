import fc from 'fast-check';
import { register } from './agent-rules.ts';
import { CAST, type CallKind, WEIGHTS } from './calls.ts';
import {
  Ask,
  agree,
  Deafness,
  Deliver,
  FollowUp,
  Notice,
  Pass,
  type Picked,
  Race,
  type Real,
  Register,
  Repeat,
  Restart,
  type Step,
  StoreRestart,
} from './steps.ts';
import type { World } from './world.ts';

const picked: fc.Arbitrary<Picked> = fc.record({
  who: fc.nat({ max: 2 }),
  node: fc.nat({ max: 1 }),
  n: fc.nat({ max: 11 }),
  m: fc.nat({ max: 19 }),
});
const plain = (Made: new (picked: Picked) => Step, times: number) =>
  Array.from({ length: times }, () => picked.map((one): fc.AsyncCommand<World, Real> => new Made(one)));

function stepsOf(theme: RegExp): fc.Arbitrary<fc.AsyncCommand<World, Real>>[] {
  const names = (Object.keys(WEIGHTS) as CallKind[]).filter((name) => theme.test(name));
  const kind = fc.constantFrom(...names.flatMap((name) => Array.from({ length: WEIGHTS[name] }, () => name)));
  return [
    ...Array.from({ length: 40 }, () => fc.tuple(kind, picked).map(([what, one]) => new Ask(what, one))),
    ...Array.from({ length: 5 }, () => fc.tuple(kind, kind, picked).map(([a, b, one]) => new Race([a, b], one))),
    ...plain(Register, 2),
    ...plain(Notice, 2),
    ...plain(Deliver, 1),
    ...plain(Pass, 4),
    ...plain(FollowUp, 6),
    ...plain(Repeat, 3),
    ...plain(Restart, 1),
    ...plain(StoreRestart, 1),
    ...plain(Deafness, 1),
  ];
}

/** Sequences about one thing go deeper into it than those about everything. */
const THEMES = [
  /^(claim|wait|renew|release|transfer|check|forceRelease|next|create|complete)/,
  /^(create|plan|update|refile|rewire|next|start|progress|complete|fail|block|submit|accept|reject|cancel|assign|retry|unblock)/,
  /^(message|ack|order|receipt|ask|answer|withdraw|next|create)/,
  /./,
];

export const sequences = (options: fc.CommandsContraints) =>
  fc.oneof(...THEMES.map((theme) => fc.commands(stepsOf(theme), options)));

/** Everybody is there from the start: what happens before is soon told. */
export async function enter(world: World, { hub }: Real): Promise<void> {
  for (const [i, id] of CAST.entries()) {
    const profile = {
      id,
      role: 'coder',
      instance: 'p1',
      accepts: i === 0 ? 'push' : 'pull',
      maxTasks: 1 + (i % 2),
    } as const;
    const outcome = await hub.register(i % 2, profile);
    agree(register(world, profile), outcome, `register ${id}`);
  }
}
