import { decideAssignments } from '@signalbox/server/domain/assignment';
import { decideComplete, decideStart } from '@signalbox/server/domain/attempts';
import type { Caller } from '@signalbox/server/domain/decision';
import { decideClaim } from '@signalbox/server/domain/locks';
import { decideCreateMany } from '@signalbox/server/domain/tasks';
import { isRefusal } from '@signalbox/shared/errors';
import { InProcess } from './in-process.ts';
import type { Work, WorkPlan } from './work-plans.ts';

const MINUTE_MS = 60_000;
const PER_CALL = 1_000;
const HUB: Caller = { kind: 'hub' };

/** Whoever works on it locks its files first; two on one file cannot work at a time. */
interface Running {
  work: Work;
  agentId: string;
  endsAt: number;
}

/** Hands out work as it becomes possible. Times in minutes. */
interface Dispatcher {
  /** Who starts what now. What cannot start, because its files are in use, is handed back by `holdUp`. */
  give(at: number): { work: Work; agentId: string }[];
  done(running: Running): void;
}

/** Minutes until everything is done. */
export function makespanOf(plan: WorkPlan, dispatcher: Dispatcher): number {
  const speed = new Map(plan.agents.map((agent) => [agent.id, agent.speed]));
  const running: Running[] = [];
  /** Given to somebody who waits for its files. */
  let heldUp: { work: Work; agentId: string }[] = [];
  let at = 0;
  let done = 0;
  while (done < plan.tasks.length) {
    const given = [...heldUp, ...dispatcher.give(at)];
    heldUp = [];
    for (const one of given) {
      const inUse = running.some(({ work }) => work.files.some((file) => one.work.files.includes(file)));
      if (inUse) heldUp.push(one);
      else running.push({ ...one, endsAt: at + one.work.minutes / (speed.get(one.agentId) ?? 1) });
    }
    if (running.length === 0) throw new Error('nothing is under way, and not everything is done');
    at = Math.min(...running.map(({ endsAt }) => endsAt));
    for (const ended of running.filter(({ endsAt }) => endsAt === at)) {
      running.splice(running.indexOf(ended), 1);
      dispatcher.done(ended);
      done++;
    }
  }
  return at;
}

/** The hub's own decisions: it is told dependencies, skills, files and priorities, and learns of locks and ends. */
export class Hub implements Dispatcher {
  readonly #project = new InProcess();
  readonly #work = new Map<string, Work>();
  readonly #callers = new Map<string, Caller>();
  readonly #started = new Set<string>();
  #at = 0;

  constructor({ tasks, agents }: WorkPlan) {
    const ids = new Map<string, string>();
    for (let from = 0; from < tasks.length; from += PER_CALL) {
      const some = tasks.slice(from, from + PER_CALL);
      const made = this.#project.decide(HUB, decideCreateMany, {
        tasks: some.map(({ key, dependencies, requires, files, priority, minutes }) => ({
          key,
          title: key,
          dependencies: dependencies.map((name) => ids.get(name) ?? name),
          requires,
          files,
          priority,
          estimatedMinutes: minutes,
        })),
      });
      for (const [n, task] of made.tasks.entries()) {
        const work = some[n];
        if (work === undefined) continue;
        ids.set(work.key, task.id);
        this.#work.set(task.id, work);
      }
    }
    for (const { id, capabilities } of agents)
      this.#callers.set(id, this.#project.register({ id, role: 'speed_developer', capabilities }));
  }

  /** One decision after another, each started and locked before the next, as on a quick network. */
  *#giveNow(): Iterable<{ work: Work; agentId: string }> {
    let { more } = this.#project.decide(HUB, decideAssignments, {});
    while (more) more = this.#project.decide(HUB, decideAssignments, {}).more;
    for (const [agentId, caller] of this.#callers)
      for (const task of this.#project.replica.tasksOf(agentId)) {
        const work = this.#work.get(task.id);
        if (work === undefined || this.#started.has(task.id)) continue;
        this.#started.add(task.id);
        this.#project.decide(caller, decideStart, { taskId: task.id, attempt: task.attempt });
        const claim = { paths: task.files, taskId: task.id, waitMs: 3_600_000, ttlMs: 3_600_000 };
        if (task.files.length > 0 && isRefusal(this.#project.attempt(caller, decideClaim, claim)))
          throw new Error(`${agentId} may not wait for the files of ${task.id}`);
        yield { work, agentId };
      }
  }

  give(at: number): { work: Work; agentId: string }[] {
    this.#project.at += Math.round((at - this.#at) * MINUTE_MS);
    this.#at = at;
    return [...this.#giveNow()];
  }

  done({ work, agentId, endsAt }: Running): void {
    this.#project.at += Math.round((endsAt - this.#at) * MINUTE_MS);
    this.#at = endsAt;
    const task = this.#project.replica.tasksOf(agentId).find(({ id }) => this.#work.get(id) === work);
    const caller = this.#callers.get(agentId);
    if (task === undefined || caller === undefined) throw new Error(`${agentId} does not have ${work.key}`);
    this.#project.decide(caller, decideComplete, { taskId: task.id, attempt: task.attempt });
  }
}

/** First come, first served: what is ready, in the order of the plan, to the first free agent that can do it. */
export class FirstComeFirstServed implements Dispatcher {
  readonly #left: Set<Work>;
  readonly #done = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #agents: WorkPlan['agents'];

  constructor({ tasks, agents }: WorkPlan) {
    this.#left = new Set(tasks);
    this.#agents = agents;
  }

  give(): { work: Work; agentId: string }[] {
    const given: { work: Work; agentId: string }[] = [];
    for (const work of this.#left) {
      if (this.#busy.size === this.#agents.length) break;
      if (!work.dependencies.every((key) => this.#done.has(key))) continue;
      const agent = this.#agents.find(
        ({ id, capabilities }) => !this.#busy.has(id) && work.requires.every((skill) => capabilities.includes(skill)),
      );
      if (agent === undefined) continue;
      this.#busy.add(agent.id);
      this.#left.delete(work);
      given.push({ work, agentId: agent.id });
    }
    return given;
  }

  done({ work, agentId }: Running): void {
    this.#done.add(work.key);
    this.#busy.delete(agentId);
  }
}

/** No schedule is shorter: the longest chain at the highest speed, and all the work shared by all speeds. */
export function lowerBoundOf({ tasks, agents }: WorkPlan): number {
  const ends = new Map<string, number>();
  for (const { key, dependencies, minutes } of tasks)
    ends.set(key, minutes + Math.max(0, ...dependencies.map((name) => ends.get(name) ?? 0)));
  const chain = Math.max(...ends.values()) / Math.max(...agents.map(({ speed }) => speed));
  const work = tasks.reduce((sum, { minutes }) => sum + minutes, 0);
  return Math.max(chain, work / agents.reduce((sum, { speed }) => sum + speed, 0));
}
