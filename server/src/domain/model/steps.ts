import assert from 'node:assert/strict';
import type { ErrorCode } from '@signalbox/shared/errors';
import type fc from 'fast-check';
import { decidePresence } from '../agents.ts';
import { decideDelivered } from '../directives.ts';
import { notice, type Registers, register } from './agent-rules.ts';
import { at, CAST, type Call, type CallKind, makeCall, type Pick } from './calls.ts';
import { compare } from './compare.ts';
import { expectAssignments, expectGrants, expectSweep } from './housekeeping.ts';
import type { Hub, Outcome, Sent } from './hub.ts';
import { expect } from './rules.ts';
import { delivered } from './talk-rules.ts';
import type { World } from './world.ts';

/** What was done and answered in one run, and the tally of all. */
export interface Notes {
  sent: { sent: Sent; outcome: Outcome; at: number }[];
  stale: Map<string, number>;
  requests: number;
  tally: Map<string, number>;
}

export interface Real {
  hub: Hub;
  notes: Notes;
}

export interface Picked extends Pick {
  node: number;
}

const REPEATED_WITHIN_MS = 600_000;
const ORDERS = [
  [0, 1],
  [1, 0],
] as const;

type Expected = ErrorCode | ((reply: never) => void);

const count = ({ tally }: Notes, name: string): void => void tally.set(name, (tally.get(name) ?? 0) + 1);

/** The outcome is the one expected; its effect is made in the model. */
export function agree(expected: Expected, outcome: Outcome, what: string): void {
  const code = 'code' in outcome ? outcome.code : undefined;
  assert.equal(code, typeof expected === 'string' ? expected : undefined, what);
  if (typeof expected !== 'string' && 'seq' in outcome) expected(outcome.reply as never);
}

export abstract class Step implements fc.AsyncCommand<World, Real> {
  protected readonly picked: Picked;
  said = '';
  constructor(picked: Picked) {
    this.picked = picked;
  }
  check(_world: World): boolean {
    return true;
  }
  protected abstract make(world: World, real: Real): Promise<void>;
  async run(world: World, real: Real): Promise<void> {
    await this.make(world, real);
    compare(world, await real.hub.replica(this.picked.node));
  }
  toString(): string {
    return `${this.said || this.constructor.name} @${this.picked.node}`;
  }
}

/** Sends as an agent's newest connection; one in twenty as one that was taken over. */
function sentBy(world: World, { stale, ...notes }: Notes, { actor, name, input }: Call, n: number): Sent {
  const newest = world.agents.get(actor)?.connection ?? 0;
  const connection = n % 20 === 19 ? (stale.get(actor) ?? newest) : newest;
  return { actor, connection, name, input, requestId: `r${notes.requests}` };
}

export class Ask extends Step {
  readonly #kind: CallKind;
  constructor(kind: CallKind, picked: Picked) {
    super(picked);
    this.#kind = kind;
  }
  override check(world: World): boolean {
    return makeCall(world, this.#kind, this.picked) !== undefined;
  }
  async make(world: World, { hub, notes }: Real): Promise<void> {
    const call = makeCall(world, this.#kind, this.picked);
    assert(call !== undefined);
    notes.requests++;
    const sent = sentBy(world, notes, call, this.picked.m);
    const { seq } = hub.memory;
    const outcome = await hub.send(this.picked.node, sent);
    this.said = `${sent.actor} ${sent.name} ${JSON.stringify(sent.input)} → ${JSON.stringify(outcome).slice(0, 90)}`;
    count(notes, `${sent.name} ${'code' in outcome ? outcome.code : 'ok'}`);
    agree(expect(world, { ...sent, name: call.name, input: call.input as never }), outcome, this.said);
    if ('seq' in outcome && hub.memory.seq > seq) notes.sent.push({ sent, outcome, at: world.clock });
    else assert.equal(hub.memory.seq, seq, 'a refusal has no effect');
  }
}

/** Two commands at the same time on both nodes: there is an order in which the model answers the same. */
export class Race extends Step {
  readonly #kinds: readonly [CallKind, CallKind];
  constructor(kinds: readonly [CallKind, CallKind], picked: Picked) {
    super(picked);
    this.#kinds = kinds;
  }
  #calls(world: World): Call[] {
    const { who, n, m, node } = this.picked;
    return this.#kinds.flatMap((kind, i) => makeCall(world, kind, { who: who + i, n: n + i * node, m }) ?? []);
  }
  override check(world: World): boolean {
    return this.#calls(world).length === 2;
  }
  async make(world: World, { hub, notes }: Real): Promise<void> {
    const sent = this.#calls(world).map((call) => {
      notes.requests++;
      return { call, ...sentBy(world, notes, call, 0) };
    });
    const outcomes = await Promise.all(sent.map((one, i) => hub.send(i, one)));
    this.said = sent
      .map(({ actor, name, input }, i) => `${actor} ${name} ${JSON.stringify(input)} → ${JSON.stringify(outcomes[i])}`)
      .join(' || ');
    count(notes, 'race');
    const replica = await hub.replica(this.picked.node);
    const whys: unknown[] = [];
    for (const order of ORDERS) {
      const copy = structuredClone(world);
      try {
        for (const i of order) {
          const [one, outcome] = [sent[i], outcomes[i]];
          assert(one !== undefined && outcome !== undefined);
          agree(expect(copy, { ...one, name: one.call.name, input: one.call.input as never }), outcome, this.said);
        }
        compare(copy, replica);
        Object.assign(world, copy);
        return;
      } catch (error) {
        whys.push(error);
      }
    }
    throw whys[0];
  }
}

export class Register extends Step {
  async make(world: World, { hub, notes }: Real): Promise<void> {
    const { who, n, m, node } = this.picked;
    const id = at(CAST, who) ?? '';
    const profile = {
      id,
      role: 'coder',
      ...(m % 4 > 0 && { instance: `p${m % 3}` }),
      ...(n % 3 === 0 && { takeover: true }),
      accepts: at(['push', 'pull', 'pull', 'none', 'push', 'pull'] as const, n) ?? 'push',
      maxTasks: 1 + (m % 2),
      capabilities: n % 4 === 0 ? [] : ['sql'],
    };
    const before = world.agents.get(id)?.connection;
    const outcome = await hub.register(node, profile);
    this.said = `register ${JSON.stringify(profile)} → ${JSON.stringify(outcome).slice(0, 60)}`;
    count(notes, `register ${'code' in outcome ? outcome.code : 'ok'}`);
    const expected: ErrorCode | Registers = register(world, profile);
    agree(expected, outcome, this.said);
    if ('seq' in outcome && before !== undefined) notes.stale.set(id, before);
  }
}

export class Notice extends Step {
  async make(world: World, { hub, notes }: Real): Promise<void> {
    const { who, n, m, node } = this.picked;
    const agentId = at(CAST, who) ?? '';
    const newest = world.agents.get(agentId)?.connection ?? 0;
    const connection = m % 5 === 4 ? (notes.stale.get(agentId) ?? newest) : newest;
    const presence = at(['late', 'present', 'lost'] as const, n) ?? 'late';
    this.said = `${agentId} is ${presence} on ${connection === newest ? 'its' : 'an older'} connection`;
    await hub.decide(node, decidePresence, { agentId, connection, presence, connected: presence === 'present' });
    notice(world, agentId, connection, presence);
  }
}

export class Deliver extends Step {
  async make(world: World, { hub }: Real): Promise<void> {
    const { who, n, node } = this.picked;
    const agentId = at(CAST, who) ?? '';
    const directiveId = at([...world.directives.keys()], n) ?? 'D-1';
    this.said = `${directiveId} delivered to ${agentId}`;
    await hub.decide(node, decideDelivered, { directiveId, agentId });
    delivered(world, directiveId, agentId);
  }
}

const PAUSES = [300, 2_000, 5_000, 9_251, 10_749, 10_750, 20_750, 60_750, 130_000, 1_860_000];

export class Pass extends Step {
  async make(world: World, { hub }: Real): Promise<void> {
    const ms = at(PAUSES, this.picked.n + this.picked.m) ?? 0;
    this.said = `${ms} ms pass`;
    await hub.pass(ms);
    world.clock += ms;
    if (this.picked.who === 0) return;
    await hub.sweep(this.picked.node);
    expectSweep(world);
  }
}

export class FollowUp extends Step {
  async make(world: World, { hub }: Real): Promise<void> {
    await hub.followUp(this.picked.node);
    const replica = await hub.replica(this.picked.node);
    expectGrants(world, replica);
    expectAssignments(world, replica);
  }
}

/** The answer got lost: the same request again, to any node, and under another payload. */
export class Repeat extends Step {
  async make(world: World, { hub, notes }: Real): Promise<void> {
    const again = at(
      notes.sent.filter((one) => world.clock - one.at < REPEATED_WITHIN_MS),
      this.picked.n,
    );
    if (again === undefined) return;
    this.said = `again ${again.sent.actor} ${again.sent.name} ${again.sent.requestId}`;
    const { seq } = hub.memory;
    const outcome = await hub.send(this.picked.node, again.sent);
    assert.deepEqual('reply' in outcome && outcome.reply, 'reply' in again.outcome && again.outcome.reply, this.said);
    const other = await hub.send(this.picked.node, { ...again.sent, name: 'agent.heartbeat', input: {} });
    if (again.sent.name !== 'agent.heartbeat') agree('REQUEST_ID_REUSED', other, this.said);
    assert.equal(hub.memory.seq, seq, 'a repetition has no effect');
    count(notes, 'repeat');
  }
}

export class Restart extends Step {
  async make(_world: World, { hub }: Real): Promise<void> {
    await hub.restart(this.picked.node);
  }
}

/** The store has started again with its data: a new epoch, whose fences are newer than all before. */
export class StoreRestart extends Step {
  async make(_world: World, { hub }: Real): Promise<void> {
    await hub.restartStore();
  }
}

export class Deafness extends Step {
  async make(_world: World, { hub }: Real): Promise<void> {
    hub.deaf = this.picked.n % 3 > 0;
  }
}
