import type { History } from '../history/history.ts';
import { joinLines } from '../history/join.ts';
import type { Answer, Fields, Line } from '../history/line.ts';

interface Sent {
  by: string;
  life?: string;
  command: string;
  input?: Fields;
  /** When it was called, and when it was answered. */
  at: [number, number];
}

/** A history written by hand. Whoever sends does it in its first life, `ann#1`, unless another is named. */
export class Script {
  readonly lines: Line[] = [];
  #requests = 0;
  #seq = 0;

  born(agent: string, life: string, at: number): this {
    return this.add({ k: 'born', agent, life, at });
  }

  /** An accepted request with its transaction, if it is to have one; returns its id. */
  ok(
    { by, life = `${by}#1`, command, input = {}, at: [from, to] }: Sent,
    said: Fields = {},
    written?: Partial<Extract<Line, { k: 'tx' }>>,
  ): string {
    const id = this.#call({ by, life, command, input, at: [from, to] });
    if (written !== undefined) this.tx({ actor: by, command, causedBy: id, at: to, ...written });
    this.add({ k: 'answer', at: to, id, answer: { ok: true, epoch: 1, seq: this.#seq, ...said } });
    return id;
  }

  refused({ by, life = `${by}#1`, command, input = {}, at: [from, to] }: Sent, code = 'LOCK_LOST'): string {
    const id = this.#call({ by, life, command, input, at: [from, to] });
    const answer: Answer = { ok: false, error: { code, message: code } };
    this.add({ k: 'answer', at: to, id, answer });
    return id;
  }

  /** The next transaction. */
  tx(fields: Partial<Extract<Line, { k: 'tx' }>>): this {
    this.#seq += 1;
    const { at = 0 } = fields;
    const tx = { epoch: 1, seq: this.#seq, clock: at, actor: 'hub', command: 'tick', puts: [], removes: [], ...fields };
    return this.add({ k: 'tx', at, ...tx });
  }

  push(agent: string, event: string, data: Fields, at: number): this {
    return this.add({ k: 'push', agent, life: `${agent}#1`, event, data, at });
  }

  heard(agent: string, messageId: string, from: string, n: number, at: number, life = `${agent}#1`): this {
    return this.add({ k: 'heard', agent, life, messageId, from, n, at });
  }

  add(line: Line): this {
    this.lines.push(line);
    return this;
  }

  history(): History {
    return joinLines(this.lines);
  }

  #call({ by, life, command, input = {}, at: [from] }: Sent & { life: string }): string {
    const id = `r${++this.#requests}`;
    this.add({ k: 'call', at: from, id, agent: by, life, command, input });
    return id;
  }
}

export const lockOf = (holder: string, fence: string, more: Fields = {}): Fields => ({
  kind: 'lock',
  id: 'L-1',
  paths: ['a'],
  mode: 'exclusive',
  holder,
  fence,
  ...more,
});

export const grantOf = (fence: string, more: Fields = {}): Fields => ({
  granted: true,
  lockId: 'L-1',
  fence,
  paths: ['a'],
  expiresInMs: 1_000,
  ...more,
});

export const taskOf = (assignee: string | null, attempt: number, more: Fields = {}): Fields => ({
  kind: 'task',
  id: 'T-1',
  status: 'in_progress',
  assignee,
  attempt,
  dependencies: [],
  ...more,
});
