import { decideAssignments } from '@signalbox/server/domain/assignment';
import { decideComplete, decideNext, decideStart } from '@signalbox/server/domain/attempts';
import type { Caller } from '@signalbox/server/domain/decision';
import { decideCreateMany } from '@signalbox/server/domain/tasks';
import type { Figure } from '../report/figure.ts';
import { median, rangeOf } from '../report/stats.ts';
import { InProcess } from './in-process.ts';
import type { Row } from './row.ts';

const TASKS = 100_000;
const AGENTS = 5_000;
const PER_PLAN = 1_000;
const ROUNDS = 15;
const DECISIONS_PER_ROUND = 100;
const HUB: Caller = { kind: 'hub' };

export const assignment: Row = {
  id: 'P9',
  about: 'one assignment decision among 100,000 pending tasks and 5,000 agents, in process',
  run: async ({ say }) =>
    [8, 400].flatMap((skills) => {
      say(`building a project with ${skills} kinds of skills`);
      const yard = new Yard(skills);
      const figure = (id: string, name: string, once: (n: number) => number): Figure => {
        const ms = rounds(once);
        const goal = { of: 'value', is: '≤', first: 1 } as const;
        return {
          id: `P9.${id}.${skills}`,
          name: `${name}, ${skills} kinds of skills`,
          value: median(ms),
          unit: 'ms',
          spread: rangeOf(ms),
          goal,
        };
      };
      return [
        figure('push', 'the task for an agent that has become free', (n) => yard.freeAndAssign(n)),
        figure('pull', 'task.next of an agent that asks', (n) => yard.askAndReturn(n)),
        figure('none', 'finding that nobody is free', () => yard.assign()),
      ];
    }),
};

/** Milliseconds of one decision. The first round compiles the code. */
function rounds(once: (n: number) => number): number[] {
  const all: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    let ms = 0;
    for (let n = 0; n < DECISIONS_PER_ROUND; n++) ms += once(round * DECISIONS_PER_ROUND + n);
    if (round > 0) all.push(ms / DECISIONS_PER_ROUND);
  }
  return all;
}

/** Every agent at work and every task waiting, each requiring one of so many skills; a third of the tasks name files. */
class Yard {
  readonly #project = new InProcess();
  readonly #agents: (Caller & { kind: 'agent' })[] = [];
  readonly #asking: (Caller & { kind: 'agent' })[] = [];
  readonly #skills: number;

  constructor(skills: number) {
    this.#skills = skills;
    for (let from = 0; from < TASKS; from += PER_PLAN) {
      this.#project.at += 60_000;
      this.#project.decide(HUB, decideCreateMany, {
        tasks: Array.from({ length: PER_PLAN }, (_, n) => this.#task(from + n)),
      });
    }
    for (let n = 0; n < AGENTS; n++) {
      const profile = { role: 'speed_developer', capabilities: [this.#skill(n), this.#skill(n + 1)] };
      this.#agents.push(this.#project.register({ ...profile, id: `agent-${n}` }));
      if (n < DECISIONS_PER_ROUND)
        this.#asking.push(this.#project.register({ ...profile, id: `asks-${n}`, accepts: 'pull' }));
    }
    while (this.#project.decide(HUB, decideAssignments, {}).more);
    for (const agent of this.#agents) this.#start(agent);
  }

  /** One agent ends its task; the decision that follows is what is measured. */
  freeAndAssign(n: number): number {
    const agent = this.#at(this.#agents, n * 7_919);
    this.#end(agent);
    const ms = this.assign();
    this.#start(agent);
    return ms;
  }

  assign(): number {
    this.#project.at++;
    const startedAt = performance.now();
    this.#project.decide(HUB, decideAssignments, {});
    return performance.now() - startedAt;
  }

  askAndReturn(n: number): number {
    const agent = this.#at(this.#asking, n);
    this.#project.at++;
    const startedAt = performance.now();
    const { task } = this.#project.decide(agent, decideNext, {});
    const ms = performance.now() - startedAt;
    if (task === null) throw new Error('there is work for whoever asks');
    this.#end(agent);
    return ms;
  }

  #task(n: number) {
    const files = n % 3 === 0 ? [`packages/part-${n % 200}/file-${n}.ts`] : [];
    return { title: `Task ${n}`, requires: [this.#skill(n)], files, priority: 2 + (n % 3) };
  }

  #skill = (n: number): string => `skill-${n % this.#skills}`;

  #start(agent: Caller & { kind: 'agent' }): void {
    const [task] = this.#project.replica.tasksOf(agent.agentId);
    if (task === undefined) throw new Error(`${agent.agentId} was given nothing`);
    this.#project.decide(agent, decideStart, { taskId: task.id, attempt: task.attempt });
  }

  #end(agent: Caller & { kind: 'agent' }): void {
    const [task] = this.#project.replica.tasksOf(agent.agentId);
    if (task === undefined) throw new Error(`${agent.agentId} has nothing to end`);
    this.#project.at += 1_000;
    this.#project.decide(agent, decideComplete, { taskId: task.id, attempt: task.attempt });
  }

  #at = <T>(list: readonly T[], n: number): T => {
    const found = list[n % list.length];
    if (found === undefined) throw new Error('the list is empty');
    return found;
  };
}
