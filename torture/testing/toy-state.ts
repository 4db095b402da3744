import type { Fields } from '../history/line.ts';

export interface ToyLock {
  kind: 'lock';
  id: string;
  paths: string[];
  mode: 'exclusive' | 'shared';
  holder: string;
  fence: string;
  ttlMs: number;
  expiresClock: number;
}
export interface ToyTask {
  kind: 'task';
  id: string;
  status: 'pending' | 'in_progress' | 'completed';
  assignee: string | null;
  attempt: number;
  dependencies: string[];
  progress: number;
}
export interface ToyMessage {
  kind: 'message';
  id: string;
  from: string;
  to: string;
  recipients: string[];
  n: number;
}
export interface ToyClaim extends Omit<ToyLock, 'kind' | 'fence' | 'expiresClock'> {
  kind: 'claim';
  until: number;
}
export type ToyRecord = ToyLock | ToyTask | ToyMessage | ToyClaim;

export interface Request {
  id: string;
  agent: string;
  life: string;
  isPerson: boolean;
  command: string;
  input: Fields;
}

export interface ToyPush {
  agent: string;
  event: string;
  data: Fields;
}

/** What a decision would change; nothing of it has happened yet. */
export interface Outcome {
  reply: Fields;
  puts?: ToyRecord[];
  removes?: [kind: string, id: string][];
  pushes?: ToyPush[];
  /** Messages a recipient has handled. */
  acked?: string[];
}
export type Decided = Outcome | { refused: string };
export const refuse = (refused: string): Decided => ({ refused });

export class ToyState {
  readonly locks = new Map<string, ToyLock>();
  readonly claims = new Map<string, ToyClaim>();
  readonly tasks = new Map<string, ToyTask>();
  readonly messages = new Map<string, ToyMessage>();

  put(record: ToyRecord): void {
    if (record.kind === 'lock') this.locks.set(record.id, record);
    else if (record.kind === 'task') this.tasks.set(record.id, record);
    else if (record.kind === 'claim') this.claims.set(record.id, record);
    else this.messages.set(record.id, record);
  }

  remove(kind: string, id: string): void {
    if (kind === 'lock') this.locks.delete(id);
    else if (kind === 'claim') this.claims.delete(id);
  }

  /** Another one for every state that differs. */
  digest(): string {
    let hash = 0;
    for (const record of [...this.locks.values(), ...this.tasks.values(), ...this.messages.values()])
      for (const character of JSON.stringify(record)) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
    return hash.toString(16);
  }
}

/** The toy knows files and one level of folders. */
export const toyOverlap = (a: string, b: string): boolean =>
  a === b || (a.endsWith('/') && b.startsWith(a)) || (b.endsWith('/') && a.startsWith(b));

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
