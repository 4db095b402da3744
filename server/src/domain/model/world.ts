/**
 * The hub as its specification describes it, in the simplest form there is: plain records, no indexes, everything
 * looked up by walking through all of it. Written from SPEC.md and the protocol, and from nothing else: it shares no
 * code with the decisions, so that a mistake would have to be made twice.
 */
export interface Agent {
  id: string;
  instance: string | undefined;
  accepts: 'push' | 'pull' | 'none';
  maxTasks: number;
  capabilities: readonly string[];
  presence: 'present' | 'late' | 'lost' | 'left';
  connected: boolean;
  paused: boolean;
  draining: boolean;
  connection: number;
  takenOverAt: number | undefined;
}

/** An open task nobody has: whether it waits or is blocked follows from its dependencies. */
export type Stage =
  | 'open'
  | 'assigned'
  | 'in_progress'
  | 'needs_review'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'blocked';

export interface Task {
  id: string;
  stage: Stage;
  assignee: string | null;
  attempt: number;
  failures: number;
  losses: number;
  maxAttempts: number;
  review: boolean;
  priority: number;
  requires: readonly string[];
  files: readonly string[];
  dependencies: readonly string[];
  createdBy: string;
  createdAt: number;
  startBy: number | undefined;
  notBefore: number | undefined;
}

/** A lock when it has a fence, else a claim in line. */
export interface Claim {
  id: string;
  agentId: string;
  paths: readonly string[];
  mode: 'exclusive' | 'shared';
  taskId: string | undefined;
  ttlMs: number;
  fence: string | undefined;
  /** End of the lease, or of the patience. */
  until: number;
  /** Claims in line: what must end before it is granted. */
  behind: Set<string>;
}

export interface Question {
  id: string;
  from: string;
  state: 'open' | 'answered' | 'withdrawn';
  default: string | undefined;
  blocking: boolean;
  deadline: number | undefined;
}

export interface Directive {
  id: string;
  receipts: Map<string, string>;
  until: number;
  expired: boolean;
}

export interface World {
  clock: number;
  agents: Map<string, Agent>;
  tasks: Map<string, Task>;
  claims: Map<string, Claim>;
  questions: Map<string, Question>;
  directives: Map<string, Directive>;
  /** Who has not acknowledged a message yet. */
  mail: Map<string, { to: readonly string[]; unread: Set<string> }>;
  newestFence: string;
}

export const newWorld = (): World => ({
  clock: 0,
  agents: new Map(),
  tasks: new Map(),
  claims: new Map(),
  questions: new Map(),
  directives: new Map(),
  mail: new Map(),
  newestFence: '0.0',
});

/** What a rule takes for granted is there. */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the model knows of no ${what}`);
  return value;
}

/** Every clock may lag by this: nothing ends before its time, wherever it is looked at. */
export const MARGIN_MS = 750;
export const isOver = (world: World, until: number | undefined): boolean =>
  until !== undefined && until + MARGIN_MS <= world.clock;

/** Files, and folders that end in `/` and cover what is below. */
export const covers = (path: string, other: string): boolean =>
  path === other || (path.endsWith('/') && other.startsWith(path));
export const overlap = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((path) => others.some((other) => covers(path, other) || covers(other, path)));

export const byNumber = (a: { id: string }, b: { id: string }): number => numberIn(a.id) - numberIn(b.id);
const numberIn = (id: string): number => Number(id.split('-')[1]);
