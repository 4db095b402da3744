import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { QuestionRecord } from '@signalbox/shared/records/question';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { hasRoom, isPresent, takesPart } from '../domain/availability.ts';
import { type Crew, canDo, type FreeAgent, type Market, type TaskLine } from '../domain/market.ts';
import { CrewOfAgents, type Standing } from './crew.ts';
import type { Index } from './group-index.ts';
import { LineOfTasks } from './task-line.ts';

export const isReady = (task: TaskRecord): boolean =>
  task.status === 'pending' &&
  task.assignee === null &&
  task.notBeforeClock === undefined &&
  task.waiting?.code !== 'DEPENDENCY';

const keyOf = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : [...new Set(words)].sort().join('\n');

/** The market of one replica, told of every task, agent and question. Most changes of a record mean nothing to it. */
export class LiveMarket implements Market {
  readonly #lines = new Map<string, LineOfTasks>();
  readonly #crews = new Map<string, CrewOfAgents>();
  readonly #freeCrews = new Set<CrewOfAgents>();
  /** Of the agents that take part. */
  readonly #standings = new Map<string, Standing & { crew: CrewOfAgents }>();
  readonly #agents = new Map<string, AgentRecord>();
  /** Open questions whose answer must come first, per agent. */
  readonly #blocking = new Map<string, number>();
  #points = 0;
  #samples = 0;
  readyCount = 0;

  get lines(): Iterable<LineOfTasks> {
    return this.#lines.values();
  }
  get freeCrews(): Iterable<Crew> {
    return this.#freeCrews;
  }
  lineOf({ requires }: Pick<TaskLine, 'requires'>): LineOfTasks | undefined {
    return this.#lines.get(keyOf(requires));
  }
  crewOf(agentId: string): Crew | undefined {
    return this.#standings.get(agentId)?.crew;
  }
  freeAgent(agentId: string): FreeAgent | undefined {
    return this.#standings.get(agentId)?.free;
  }
  get meanScore(): number | null {
    return this.#samples === 0 ? null : this.#points / this.#samples;
  }

  readonly tasks: Index<'task'> = {
    added: (task) => {
      if (!isReady(task)) return;
      this.readyCount++;
      (this.lineOf(task) ?? this.#newLine(task.requires)).add(task);
    },
    removed: (task) => {
      if (!isReady(task)) return;
      this.readyCount--;
      const line = this.lineOf(task);
      line?.delete(task);
      if (line?.tasks.size === 0) this.#dropLine(line);
    },
    changed: (before, after) => {
      this.tasks.removed(before);
      this.tasks.added(after);
    },
  };

  readonly agents: Index<'agent'> = {
    added: (agent) => {
      this.#count(agent, 1);
      this.#agents.set(agent.id, agent);
      this.#place(agent.id);
    },
    removed: (agent) => {
      this.#count(agent, -1);
      this.#agents.delete(agent.id);
      this.#place(agent.id);
    },
    changed: (before, after) => {
      this.#agents.set(after.id, after);
      if (before.score.n !== after.score.n) {
        this.#count(before, -1);
        this.#count(after, 1);
      }
      if (!meansTheSame(before, after)) this.#place(after.id);
    },
  };

  readonly questions: Index<'question'> = {
    added: (question) => this.#hold(question, 1),
    removed: (question) => this.#hold(question, -1),
  };

  #hold({ state, blocking, from }: QuestionRecord, by: 1 | -1): void {
    if (state !== 'open' || !blocking) return;
    const held = (this.#blocking.get(from) ?? 0) + by;
    if (held === 0) this.#blocking.delete(from);
    else this.#blocking.set(from, held);
    this.#place(from);
  }

  #count({ points = 0, score }: AgentRecord, by: 1 | -1): void {
    this.#points += by * points;
    this.#samples += by * score.n;
  }

  #newLine(requires: readonly string[]): LineOfTasks {
    const line = new LineOfTasks(requires);
    this.#lines.set(keyOf(requires), line);
    for (const crew of this.#crews.values()) if (canDo(crew.capabilities, line)) meet(line, crew);
    return line;
  }

  #dropLine(line: LineOfTasks): void {
    this.#lines.delete(keyOf(line.requires));
    for (const crew of this.#crews.values()) crew.lines.delete(line);
  }

  #crewFor(capabilities: readonly string[]): CrewOfAgents {
    const key = keyOf(capabilities);
    const known = this.#crews.get(key);
    if (known !== undefined) return known;
    const crew = new CrewOfAgents(capabilities);
    this.#crews.set(key, crew);
    for (const line of this.#lines.values()) if (canDo(crew.capabilities, line)) meet(line, crew);
    return crew;
  }

  #dropCrew(crew: CrewOfAgents): void {
    this.#crews.delete(keyOf([...crew.capabilities]));
    for (const line of this.#lines.values()) line.crews.delete(crew);
  }

  #place(agentId: string): void {
    const before = this.#standings.get(agentId);
    const after = this.#standingOf(agentId);
    if (after === undefined) this.#standings.delete(agentId);
    else this.#standings.set(agentId, after);
    const samePlace = before?.crew === after?.crew && before?.there === after?.there && before?.held === after?.held;
    if (samePlace && before !== undefined && after !== undefined) {
      before.crew.deleteFree(before);
      after.crew.addFree(after);
    } else {
      before?.crew.delete(before);
      after?.crew.add(after);
      if (before?.crew.members.size === 0) this.#dropCrew(before.crew);
    }
    for (const crew of [before?.crew, after?.crew])
      if (crew !== undefined && crew.freeCount > 0) this.#freeCrews.add(crew);
      else if (crew !== undefined) this.#freeCrews.delete(crew);
  }

  #standingOf(agentId: string): (Standing & { crew: CrewOfAgents }) | undefined {
    const agent = this.#agents.get(agentId);
    if (agent === undefined || !takesPart(agent)) return undefined;
    const there = isPresent(agent) && !this.#blocking.has(agentId);
    const free = there && agent.accepts === 'push' && hasRoom(agent);
    return {
      crew: this.#crewFor(agent.capabilities),
      agentId,
      held: agent.paused ? 'paused' : agent.draining === true ? 'draining' : undefined,
      there: there ? (agent.accepts === 'push' ? 'push' : 'pull') : undefined,
      folders: agent.recentFolders ?? [],
      free: free
        ? {
            agentId,
            load: agent.taskIds.length / agent.maxTasks,
            score: agent.score.value,
            skills: agent.capabilities.length,
            stateAt: agent.stateAt,
          }
        : undefined,
    };
  }
}

function meet(line: LineOfTasks, crew: CrewOfAgents): void {
  line.crews.add(crew);
  crew.lines.add(line);
  line.why = undefined;
}

/** As far as assignment goes; heartbeats and words about what is being done change nothing. */
const meansTheSame = (a: AgentRecord, b: AgentRecord): boolean =>
  a.presence === b.presence &&
  a.paused === b.paused &&
  a.draining === b.draining &&
  a.accepts === b.accepts &&
  a.maxTasks === b.maxTasks &&
  a.taskIds.length === b.taskIds.length &&
  a.stateAt === b.stateAt &&
  a.score.value === b.score.value &&
  a.capabilities === b.capabilities &&
  a.recentFolders === b.recentFolders;
