import assert from 'node:assert/strict';
import { COMMANDS } from '@signalbox/shared/commands';
import type { ErrorCode } from '@signalbox/shared/errors';
import { agentProfile } from '@signalbox/shared/records/agent';
import { apply, type Transaction } from '@signalbox/shared/transaction';
import { guarded } from '../../commands/run-decision.ts';
import { encodeTransaction } from '../../ledger/encode.ts';
import { Ledger } from '../../ledger/ledger.ts';
import { MemoryLedger, MemoryStore } from '../../ledger/memory-store.ts';
import { Replica } from '../../ledger/replica.ts';
import { decideRegister } from '../agents.ts';
import { decideAssignments } from '../assignment.ts';
import type { Caller, Decision } from '../decision.ts';
import { DECISIONS, type ProjectWrite } from '../decisions.ts';
import { decideGrant } from '../locks.ts';
import { decideDue } from '../sweep.ts';

const HUB: Caller = { kind: 'hub' };
const NODES = ['one', 'two'] as const;
const STARTED_AT = 1_750_000_000_000;
const MANY = 1_000;
const DECLARED = new Map<string, (typeof COMMANDS)[number]>(COMMANDS.map((command) => [command.name, command]));

export interface Sent {
  actor: string;
  connection: number;
  name: string;
  input: unknown;
  requestId?: string;
}

export type Outcome = { seq: number; reply: unknown } | { code: ErrorCode; message: string };

/** The product under test: real ledgers on two nodes over one store in memory. Time passes when the test says so. */
export class Hub {
  readonly memory = new MemoryLedger();
  readonly #nodes: Ledger[] = [];
  /** The nodes do not hear each other: each finds out by conflicts only. */
  deaf = false;
  conflicts = 0;

  static async open(): Promise<Hub> {
    const hub = new Hub();
    for (const node of NODES.keys()) await hub.#start(node);
    return hub;
  }

  async #start(node: number): Promise<void> {
    const name = NODES[node] ?? '';
    const ledger = await Ledger.open({
      store: new MemoryStore(this.memory, name),
      node: name,
      monotonic: () => 0,
      wallClock: () => STARTED_AT + this.memory.clock,
      onThrow: (command, error) => {
        throw new Error(`${command} threw: ${String(error)}`);
      },
    });
    this.memory.tails.set(name, (message) => this.deaf || ledger.heard(message));
    this.#nodes[node] = ledger;
  }

  #node(node: number): Ledger {
    const ledger = this.#nodes[node];
    assert(ledger !== undefined);
    return ledger;
  }

  async close(): Promise<void> {
    for (const ledger of this.#nodes) {
      this.conflicts += ledger.contention.conflicts;
      await ledger.close();
    }
  }

  /** The process of a node ends and starts again: it knows what the store has. */
  async restart(node: number): Promise<void> {
    this.conflicts += this.#node(node).contention.conflicts;
    await this.#node(node).close();
    await this.#start(node);
  }

  /** The store's process starts again with its data; the next that asks makes the new epoch. */
  async restartStore(): Promise<void> {
    this.memory.restart();
    await new MemoryStore(this.memory, 'time').adopt(0);
  }

  /** Another clock of the fleet has run on: everybody learns it from the log. */
  async pass(ms: number): Promise<void> {
    const { memory } = this;
    const tx: Transaction = {
      seq: memory.seq + 1,
      clock: memory.clock + ms,
      at: STARTED_AT + memory.clock + ms,
      actor: 'hub',
      command: 'hub.tick',
      puts: [],
      removes: [],
    };
    const answer = await new MemoryStore(memory, 'time').append({
      ...(await new MemoryStore(memory, 'time').adopt(0)),
      batchId: `tick ${tx.seq}`,
      base: memory.seq,
      asksForTurn: false,
      txs: [tx],
      encoded: [encodeTransaction(tx)],
    });
    assert.equal(answer.kind, 'ok');
  }

  async send(node: number, { actor, connection, name, input, requestId }: Sent): Promise<Outcome> {
    const person = actor.startsWith('human:');
    const caller: Caller = person
      ? { kind: 'person', name: actor.slice('human:'.length), role: 'operator' }
      : { kind: 'agent', agentId: actor, connection };
    const decision = DECISIONS[name as ProjectWrite] as Decision<unknown, unknown>;
    const parsed: unknown = DECLARED.get(name)?.input.parse(input);
    const ids = requestId === undefined ? {} : { requestId, inputHash: JSON.stringify([name, input]) };
    return this.#execute(node, { command: name, caller, ...ids }, guarded(decision, parsed));
  }

  register(node: number, profile: unknown): Promise<Outcome> {
    const registration = { profile: agentProfile.parse(profile), via: 'socket' } as const;
    const caller: Caller = { kind: 'newcomer', agentId: registration.profile.id };
    return this.#execute(node, { command: 'agent.register', caller }, guarded(decideRegister, registration));
  }

  /** A decision that nobody asked for. */
  async decide<I>(node: number, decision: Decision<I, unknown>, input: I): Promise<void> {
    const outcome = await this.#execute(node, { command: 'hub.does', caller: HUB }, guarded(decision, input));
    assert('seq' in outcome, JSON.stringify(outcome));
  }

  async #execute(
    node: number,
    submission: Omit<Parameters<Ledger['execute']>[0], 'decide'>,
    decide: ReturnType<typeof guarded<never, unknown>>,
  ): Promise<Outcome> {
    const settled = await this.#node(node).execute({ ...submission, decide });
    return settled.ok ? { seq: settled.seq, reply: settled.reply } : settled.error;
  }

  /** What the node has after everything that was written. */
  async replica(node: number): Promise<Replica> {
    await this.#node(node).reach({ epoch: this.memory.epoch, seq: this.memory.seq });
    return this.#node(node).read((replica) => replica);
  }

  async sweep(node: number): Promise<void> {
    const due = (await this.replica(node)).due(this.memory.clock, MANY);
    for (const { kind, id } of due) await this.decide(node, decideDue, { kind, id });
    if (due.length > 0) await this.sweep(node);
  }

  /** Grants to claims with nothing left in the way, then assignments until there are none. */
  async followUp(node: number): Promise<void> {
    const view = await this.replica(node);
    const stands = (id: string): boolean => view.get('lock', id) !== undefined || view.get('waiter', id) !== undefined;
    const free = view.all('waiter').filter(({ blockedBy }) => !blockedBy.some(stands));
    for (const { id: lockId } of free) await this.decide(node, decideGrant, { lockId });
    if (free.length > 0) return this.followUp(node);
    for (let seq = -1; seq !== this.memory.seq && view.readyCount > 0; ) {
      seq = this.memory.seq;
      await this.decide(node, decideAssignments, {});
    }
  }

  /** The log, applied to nothing. */
  replay(): Replica {
    const replica = new Replica();
    for (const { entry } of this.memory.log) for (const tx of structuredClone(entry.txs)) apply(replica, tx);
    return replica;
  }
}
