import type { Answer, Fields } from '../history/line.ts';
import { HUB as HUB_LIFE } from '../history/line.ts';
import type { SeededBug } from './seeded-bug.ts';
import { Stops } from './stops.ts';
import { ToyFeed } from './toy-feed.ts';
import { decideLock, grantOf, grantPush, isInTheWay, type ToyContext } from './toy-locks.ts';
import { ToyMail } from './toy-mail.ts';
import { type ToyAgentRecord, ToyPresence } from './toy-presence.ts';
import { type Decided, type Outcome, type Request, refuse, type ToyRecord, ToyState } from './toy-state.ts';
import { decideTask } from './toy-tasks.ts';
import type { World } from './world.ts';

const AUDIT_AFTER_MS = 5;
/** When somebody changes what was written. */
const REWRITTEN_AFTER_MS = 200;
const LOOK_EVERY_MS = 250;
/** The name of the only hub there is. */
export const TOY_HUB = 'toy';
/** So long after its time a lease that is still there is one that was forgotten. */
const FORGOTTEN_AFTER_MS = 2_000;

export interface ToyListener {
  onPush(event: string, data: Fields): void;
}

/** A hub as the promises have it, in one process and no network; with a bug, if it was given one. */
export class ToyHub {
  readonly #world: World;
  readonly bug: SeededBug;
  readonly #state = new ToyState();
  readonly #presence: ToyPresence;
  readonly #feed: ToyFeed;
  readonly #stops: Stops;
  readonly mail: ToyMail;
  readonly #listeners = new Map<string, ToyListener>();
  readonly #current = new Map<string, string>();
  readonly #receipts = new Map<string, Fields>();
  readonly #counters = new Map<string, number>();
  #epoch = 1;
  #seq = 0;
  #newestGrant: number | undefined;
  #closed = false;
  /** The answer of which nothing was kept, and the one that differs from the first to the same request. */
  unkept: Answer | undefined;
  otherwise: Answer | undefined;
  /** A lock whose lease does not end. */
  #forgotten: string | undefined;

  constructor(world: World, bug: SeededBug) {
    this.#world = world;
    this.bug = bug;
    this.mail = new ToyMail(world, bug, this.#state, (push) =>
      this.#listeners.get(push.agent)?.onPush(push.event, push.data),
    );
    this.#presence = new ToyPresence(world, bug);
    this.#feed = new ToyFeed(world, bug);
    this.#stops = new Stops(world, (k) => {
      if (k === 'stopped') world.write({ k: 'harmed' });
      world.write({ k, agent: TOY_HUB, life: HUB_LIFE });
      if (k === 'stopped') return;
      this.#presence.disturbed();
      world.write({ k: 'healed' });
    });
    world.write({ k: 'healed' });
    this.#look();
  }

  /** Its log goes on, under another epoch. */
  restart(): void {
    this.#world.write({ k: 'harmed' });
    this.#epoch += 1;
    this.#presence.disturbed();
    this.#show(this.#presence.restart());
    this.#feed.restarted();
    this.#world.write({ k: 'healed' });
  }

  stop(forMs: number): void {
    this.#stops.stop(forMs);
  }

  /** How much of the time since then. */
  stoppedSince(time: number): number {
    return this.#stops.since(time);
  }

  /** What reaches it while it stands still waits. */
  whenRunning(act: () => void): void {
    this.#stops.whenRunning(act);
  }

  /** Nothing new is to come; what is on its way arrives. */
  drain(): void {
    this.mail.drain();
  }

  close(): void {
    this.#closed = true;
    this.#feed.close([...this.#state.messages.values()]);
  }

  /** A connection: what it is told from now on, and first what it has not handled and is to work on. */
  connect(agent: string, life: string, listener: ToyListener): void {
    if (this.#current.get(agent) !== life) this.#register(agent, life);
    this.#listeners.set(agent, listener);
    this.mail.redeliver(agent);
    for (const task of this.#state.tasks.values())
      if (task.assignee === agent && task.status !== 'completed') listener.onPush('task.assigned', { task });
  }

  isRead(agents: readonly string[]): boolean {
    return agents.every((agent) => this.mail.isRead(agent));
  }

  /** Undefined: it will never say anything about it. */
  execute(request: Request): Answer | undefined {
    const { id, agent, life, isPerson } = request;
    if (this.bug.strikes('unsettled request', this.#world.now)) return undefined;
    if (!isPerson && this.#current.get(agent) !== life) return refusal('SUPERSEDED');
    if (!isPerson) this.#show(this.#presence.heard(agent));
    const known = this.#receipts.get(id);
    const again = known !== undefined && this.bug.strikes('executed twice', this.#world.now);
    if (known !== undefined && !again) return this.#repeated(known);
    const decided = this.#decide(request);
    if ('refused' in decided) return refusal(decided.refused);
    const writes = (decided.puts ?? decided.removes ?? decided.acked) !== undefined;
    if (!writes) return { ok: true, epoch: this.#epoch, seq: this.#seq, ...decided.reply };
    if (this.bug.strikes('lost ack', this.#world.now)) {
      this.unkept = { ok: true, epoch: this.#epoch, seq: this.#seq + 1, ...decided.reply };
      return this.unkept;
    }
    this.bug.tookEffect ||= again;
    const seq = this.#commit(request, decided);
    this.#receipts.set(id, decided.reply);
    return { ok: true, epoch: this.#epoch, seq, ...decided.reply };
  }

  #repeated(reply: Fields): Answer {
    const answer: Answer = { ok: true, epoch: this.#epoch, seq: this.#seq, ...reply };
    if (this.bug.strikes('repeat answered otherwise', this.#world.now))
      this.otherwise = { ...answer, messageId: 'M-0' };
    else if (this.bug.strikes('repeat refused', this.#world.now)) this.otherwise = refusal('LOCK_LOST');
    else return answer;
    return this.otherwise;
  }

  #decide(request: Request): Decided {
    const { command } = request;
    if (command.startsWith('lock.')) return decideLock(request, this.#context());
    if (command.startsWith('message.')) return this.mail.decide(request, this.#context());
    return command.startsWith('task.') || command === 'checkpoint.save'
      ? decideTask(request, this.#context())
      : refuse('NOT_FOUND');
  }

  /** The time of its log: not that in which it stood still. */
  get #clock(): number {
    return this.#world.now - this.#stops.since(0);
  }

  #context(): ToyContext {
    return {
      state: this.#state,
      bug: this.bug,
      now: this.#clock,
      epoch: this.#epoch,
      seq: this.#seq + 1,
      newestGrant: this.#newestGrant,
      nextId: (letter) => {
        const next = (this.#counters.get(letter) ?? 0) + 1;
        this.#counters.set(letter, next);
        return `${letter}-${next}`;
      },
    };
  }

  #show(agents: readonly ToyAgentRecord[]): void {
    for (const agent of agents) this.#commit(HUB('agent.presence'), { reply: {} }, [agent]);
  }

  #commit(
    by: Pick<Request, 'agent' | 'isPerson' | 'command'> & { id?: string },
    outcome: Outcome,
    shown: readonly ToyAgentRecord[] = [],
  ): number {
    const { puts = [], removes = [], pushes = [], acked = [] } = outcome;
    const written: readonly (ToyRecord | ToyAgentRecord)[] = [...puts, ...shown];
    const world = this.#world;
    const reuse = this.#seq > 0 && this.bug.strikes('number used twice', world.now);
    this.bug.tookEffect ||= reuse;
    if (!reuse) this.#seq += 1;
    const actor = by.isPerson ? `human:${by.agent}` : by.agent;
    const tx = {
      k: 'tx' as const,
      epoch: this.#epoch,
      seq: this.#seq,
      clock: this.#clock,
      actor,
      command: by.command,
      ...(by.id !== undefined && { causedBy: by.id }),
      puts: written.map((record) => ({ ...record })),
      removes,
    };
    world.after(AUDIT_AFTER_MS, () => world.write(tx));
    if (this.bug.strikes('log rewritten', world.now)) {
      this.bug.tookEffect = true;
      // In what is not checked of it: only its digest is another one.
      world.after(REWRITTEN_AFTER_MS, () => world.write({ ...tx, entry: 1 }));
    }
    for (const record of puts)
      if (record.kind === 'lock' && this.#state.locks.get(record.id)?.fence !== record.fence)
        this.#newestGrant = this.#seq;
    for (const [kind, id] of removes) this.#state.remove(kind, id);
    for (const record of puts) this.#state.put(record);
    const forgotten = this.#state.locks.get(this.#forgotten ?? '');
    this.bug.tookEffect ||= forgotten !== undefined && this.#clock >= forgotten.expiresClock + FORGOTTEN_AFTER_MS;
    for (const { agent, event, data } of pushes) this.#listeners.get(agent)?.onPush(event, data);
    this.mail.committed(by.agent, puts, acked);
    this.#presence.committed(by.agent, by.id);
    this.#feed.committed({ epoch: this.#epoch, seq: this.#seq }, () => this.#state.digest());
    if (removes.some(([kind]) => kind === 'lock')) this.#grantWaiting();
    return tx.seq;
  }

  /** Another process under the same id: what the old one was doing has ended, its locks have not. */
  #register(agent: string, life: string): void {
    this.#current.set(agent, life);
    const tasks = [...this.#state.tasks.values()].filter(
      ({ assignee, status }) => assignee === agent && status !== 'completed',
    );
    const claims = [...this.#state.claims.values()].filter(({ holder }) => holder === agent);
    this.#commit(
      { agent, isPerson: false, command: 'agent.register' },
      {
        reply: {},
        puts: tasks.map((task) => ({ ...task, status: 'pending', assignee: null })),
        removes: claims.map(({ id }) => ['claim', id]),
      },
      this.#presence.heard(agent),
    );
  }

  #look(): void {
    this.#show(this.#presence.look());
    const now = this.#clock;
    for (const { id, holder, expiresClock } of [...this.#state.locks.values()])
      if (this.#ends(id, expiresClock))
        this.#commit(HUB('lock.expire'), {
          reply: {},
          removes: [['lock', id]],
          pushes: [{ agent: holder, event: 'lock.lost', data: { lockId: id, reason: 'EXPIRED' } }],
        });
    for (const { id, holder, until } of [...this.#state.claims.values()])
      if (until <= now)
        this.#commit(HUB('lock.timeout'), {
          reply: {},
          removes: [['claim', id]],
          pushes: [{ agent: holder, event: 'lock.lost', data: { lockId: id, reason: 'TIMEOUT' } }],
        });
    if (!this.#closed) this.#world.after(LOOK_EVERY_MS, () => this.whenRunning(() => this.#look()));
  }

  #ends(lockId: string, deadline: number): boolean {
    const now = this.#clock;
    if (deadline > now) {
      const early = this.bug.strikes('expires early', now);
      this.bug.tookEffect ||= early;
      return early;
    }
    if (this.bug.strikes('never expires', now)) this.#forgotten = lockId;
    return lockId !== this.#forgotten;
  }

  #grantWaiting(): void {
    for (const claim of [...this.#state.claims.values()]) {
      if (!this.#state.claims.has(claim.id) || isInTheWay(claim, this.#state)) continue;
      const lock = grantOf(claim, this.#context());
      this.#commit(HUB('lock.grant'), {
        reply: {},
        removes: [['claim', claim.id]],
        puts: [lock],
        pushes: [grantPush(lock, this.#clock)],
      });
    }
  }
}

const HUB = (command: string) => ({ agent: 'hub', isPerson: false, command });

const refusal = (code: string): Answer => ({ ok: false, error: { code, message: code } });
