import assert from 'node:assert/strict';
import { COMMANDS, type CommandInput, type CommandOutput } from '@signalbox/shared/commands';
import { type ErrorBody, isRefusal, type Refusal } from '@signalbox/shared/errors';
import { type AnyRecord, RECORD_SCHEMAS } from '@signalbox/shared/records';
import type { AgentProfile, AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { guarded } from '../../commands/run-decision.ts';
import { LedgerDraft } from '../../ledger/draft.ts';
import { Replica } from '../../ledger/replica.ts';
import { decidePresence, decideRegister, type PresenceChange } from '../agents.ts';
import { decideAssignments } from '../assignment.ts';
import { actorOf, type Caller, type Context, type Decision } from '../decision.ts';
import { DECISIONS, type ProjectWrite } from '../decisions.ts';
import { decideGrant } from '../locks.ts';
import type { RecordChange } from '../record-change.ts';
import { decideDue } from '../sweep.ts';

export const HUB: Caller = { kind: 'hub' };
export const STARTED_AT = 1_750_000_000_000;
const EPOCH = 7;
const MAX_FOLLOW_UPS = 5_000;

/** A command that was refused where the test needs it to work. */
class Refused extends Error {
  constructor(command: string, { code, message }: ErrorBody) {
    super(`${command} was refused ${code}: ${message}`);
  }
}

/**
 * One project without I/O: records, ledger clock and wall clock moved by hand, and the decisions run on them as the
 * ledger would run them. What the hub does by itself happens only when {@link sweep} or {@link settle} is called.
 */
export class Scene {
  readonly replica = new Replica();
  readonly #draft = new LedgerDraft(this.replica);
  clock = 10_000;
  at = STARTED_AT;
  seq = 0;
  /** Id of the hub process. */
  node = 'hub-1';
  /** Lets every decision throw after it has changed what it would change. */
  broken = false;
  /** Every record change so far, by transaction. */
  readonly log: { seq: number; changes: RecordChange[] }[] = [];
  /** Follow-ups of what was committed, as housekeeping notes them. */
  readonly #grants = new Set<string>();

  /** Both clocks go on; nothing happens by itself. */
  pass(ms: number): this {
    this.clock += ms;
    this.at += ms;
    return this;
  }

  /** Registers an agent and returns its record. */
  agent(id: string, profile: Partial<AgentProfile> = {}): AgentRecord {
    return this.#need('agent.register', this.register(id, profile)).agent;
  }

  register(id: string, profile: Partial<AgentProfile> = {}, via: 'socket' | 'http' = 'socket') {
    const caller: Caller = { kind: 'person', name: 'kim', role: 'admin' };
    return this.decide(caller, decideRegister, { profile: { id, role: 'coder', ...profile }, via });
  }

  /** An agent with its newest connection, or `human:NAME`, an operator. */
  as(actor: string): Player {
    return new Player(this, this.callerOf(actor));
  }

  callerOf(actor: string): Caller {
    if (actor.startsWith('human:')) return { kind: 'person', name: actor.slice('human:'.length), role: 'operator' };
    return { kind: 'agent', agentId: actor, connection: this.replica.get('agent', actor)?.connection ?? 0 };
  }

  /** The presence of an agent has become another word, as the hub would notice. */
  presence(agentId: string, presence: PresenceChange['presence'], connected = presence === 'present'): void {
    const { connection } = this.need('agent', agentId);
    this.decide(HUB, decidePresence, { agentId, connection, presence, connected });
  }

  lose(agentId: string): void {
    this.presence(agentId, 'lost');
  }

  /** Runs everything that is due and everything that follows from it. */
  sweep(): void {
    for (let due = this.replica.due(this.clock, 1_000); due.length > 0; due = this.replica.due(this.clock, 1_000))
      for (const { kind, id } of due) this.decide(HUB, decideDue, { kind, id });
    this.settle();
  }

  /** What follows from the transactions so far: grants to waiting claims, then assignment until nothing changes. */
  settle(): void {
    for (let runs = 0; runs < MAX_FOLLOW_UPS; runs++) {
      const [lockId] = this.#grants;
      if (lockId !== undefined) {
        this.#grants.delete(lockId);
        this.decide(HUB, decideGrant, { lockId });
        continue;
      }
      const before = this.seq;
      this.decide(HUB, decideAssignments, {});
      if (this.seq === before) return;
    }
    throw new Error('what the hub does by itself never comes to an end');
  }

  task(taskId: string): TaskRecord {
    return this.need('task', taskId);
  }

  /** The record, which the test takes to be there. */
  need<K extends 'agent' | 'task' | 'lock' | 'waiter' | 'alarm' | 'question' | 'directive'>(kind: K, id: string) {
    const record = this.replica.get(kind, id);
    assert(record !== undefined, `there is no ${kind} ${id}`);
    return record;
  }

  /** Runs a decision as the ledger does: all of it is applied, or after a refusal or a throw nothing. */
  decide<I, O>(caller: Caller, decision: Decision<I, O>, input: I, command?: string): O | Refusal {
    const seq = this.seq + 1;
    const { clock, at, node } = this;
    const context: Context = { caller, actor: actorOf(caller), clock, at, epoch: EPOCH, seq, node };
    this.#draft.begin(seq);
    try {
      const reply = guarded(decision, input, command)(this.#draft, context);
      if (this.broken) throw new Error('broken on purpose');
      if (isRefusal(reply)) this.#draft.rollback();
      else this.#commit(seq, this.#draft.changes());
      return reply;
    } catch (error) {
      this.#draft.rollback();
      throw error;
    }
  }

  #commit(seq: number, changes: RecordChange[]): void {
    if (changes.length === 0) return;
    this.seq = seq;
    this.log.push({ seq, changes });
    for (const { after } of changes) if (after !== undefined) checkStored(after, seq);
    for (const { before, after } of changes) {
      if (after?.kind === 'waiter' && after.blockedBy.length === 0) this.#grants.add(after.id);
      if (after !== undefined) continue;
      if (before?.kind === 'lock') for (const { lockId } of before.waiters) this.#grants.add(lockId);
      if (before?.kind === 'waiter')
        for (const waiter of this.replica.values('waiter'))
          if (waiter.blockedBy.includes(before.id)) this.#grants.add(waiter.id);
    }
  }

  #need<O>(command: string, reply: O | Refusal): O {
    if (isRefusal(reply)) throw new Refused(command, reply.refused);
    return reply;
  }
}

/** Somebody who sends commands. */
export class Player {
  readonly #scene: Scene;
  readonly caller: Caller;

  constructor(scene: Scene, caller: Caller) {
    this.#scene = scene;
    this.caller = caller;
  }

  /** Sends the command as a client would and hands back what it is answered. */
  attempt<N extends ProjectWrite>(name: N, input: CommandInput<N>): CommandOutput<N> | Refusal {
    const declaration = COMMANDS.find((command) => command.name === name);
    assert(declaration !== undefined);
    const decision = DECISIONS[name] as Decision<unknown, CommandOutput<N>>;
    const reply = this.#scene.decide(this.caller, decision, declaration.input.parse(input), name);
    if (!isRefusal(reply)) declaration.output.parse(reply);
    return reply;
  }

  /** The output of a command that is expected to work. */
  call<N extends ProjectWrite>(name: N, input: CommandInput<N>): CommandOutput<N> {
    const reply = this.attempt(name, input);
    if (isRefusal(reply)) throw new Refused(name, reply.refused);
    return reply;
  }

  /** The error of a command that is expected to be refused. */
  refused<N extends ProjectWrite>(name: N, input: CommandInput<N>): ErrorBody {
    const reply = this.attempt(name, input);
    assert(isRefusal(reply), `${name} was not refused`);
    return reply.refused;
  }
}

/** What is in memory is what comes back from Redis, and it is what its schema says. */
function checkStored(record: AnyRecord, seq: number): void {
  assert.equal(record.rev, seq);
  const stored: unknown = JSON.parse(JSON.stringify(record));
  assert.deepEqual(stored, record);
  assert.deepEqual(RECORD_SCHEMAS[record.kind].strict().parse(stored), stored);
}
