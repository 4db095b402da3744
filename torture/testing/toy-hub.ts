import type { Answer, Fields } from '../history/line.ts';
import type { SeededBug } from './seeded-bug.ts';
import { decideLock, grantOf, grantPush, isInTheWay, type ToyContext } from './toy-locks.ts';
import { ToyMail } from './toy-mail.ts';
import { type Decided, type Outcome, type Request, refuse, ToyState } from './toy-state.ts';
import { decideTask } from './toy-tasks.ts';
import type { World } from './world.ts';

const AUDIT_AFTER_MS = 5;
const PICTURE_EVERY = 20;
const LOOK_AT_LEASES_EVERY_MS = 250;
/** A repetition of these changes nothing, so nobody can tell that the first has not. */
const UNTOLD: ReadonlySet<string> = new Set(['message.ack', 'task.start', 'task.assign']);

export interface ToyListener {
  onPush(event: string, data: Fields): void;
}

/** A hub as the promises have it, in one process and no network; with a bug, if it was given one. */
export class ToyHub {
  readonly #world: World;
  readonly bug: SeededBug;
  readonly #state = new ToyState();
  readonly mail: ToyMail;
  readonly #listeners = new Map<string, ToyListener>();
  readonly #current = new Map<string, string>();
  readonly #receipts = new Map<string, Fields>();
  readonly #counters = new Map<string, number>();
  #epoch = 1;
  #seq = 0;
  #newestGrant: number | undefined;
  #lastDigest: string | undefined;
  #closed = false;
  /** The answer of which nothing was kept. */
  unkept: Answer | undefined;

  constructor(world: World, bug: SeededBug) {
    this.#world = world;
    this.bug = bug;
    this.mail = new ToyMail(world, bug, this.#state, (push) =>
      this.#listeners.get(push.agent)?.onPush(push.event, push.data),
    );
    this.#lookAtLeases();
  }

  /** Its log goes on, under another epoch. */
  restart(): void {
    this.#epoch += 1;
  }

  /** Nothing new is to come; what is on its way arrives. */
  drain(): void {
    this.mail.drain();
  }

  close(): void {
    this.#closed = true;
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
    const known = this.#receipts.get(id);
    const again = known !== undefined && this.bug.strikes('executed twice', this.#world.now);
    if (known !== undefined && !again) return { ok: true, epoch: this.#epoch, seq: this.#seq, ...known };
    const decided = this.#decide(request);
    if ('refused' in decided) return refusal(decided.refused);
    const writes = (decided.puts ?? decided.removes ?? decided.acked) !== undefined;
    if (!writes) return { ok: true, epoch: this.#epoch, seq: this.#seq, ...decided.reply };
    if (!UNTOLD.has(request.command) && this.bug.strikes('lost ack', this.#world.now)) {
      this.unkept = { ok: true, epoch: this.#epoch, seq: this.#seq + 1, ...decided.reply };
      return this.unkept;
    }
    this.bug.tookEffect ||= again;
    const seq = this.#commit(request, decided);
    this.#receipts.set(id, decided.reply);
    return { ok: true, epoch: this.#epoch, seq, ...decided.reply };
  }

  #decide(request: Request): Decided {
    const { command } = request;
    if (command.startsWith('lock.')) return decideLock(request, this.#context());
    if (command.startsWith('message.')) return this.mail.decide(request, this.#context());
    return command.startsWith('task.') || command === 'checkpoint.save'
      ? decideTask(request, this.#context())
      : refuse('NOT_FOUND');
  }

  #context(): ToyContext {
    return {
      state: this.#state,
      bug: this.bug,
      now: this.#world.now,
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

  #commit(by: Pick<Request, 'agent' | 'isPerson' | 'command'> & { id?: string }, outcome: Outcome): number {
    const { puts = [], removes = [], pushes = [], acked = [] } = outcome;
    const world = this.#world;
    const reuse = this.#seq > 0 && this.bug.strikes('number used twice', world.now);
    this.bug.tookEffect ||= reuse;
    if (!reuse) this.#seq += 1;
    const actor = by.isPerson ? `human:${by.agent}` : by.agent;
    const tx = {
      k: 'tx' as const,
      epoch: this.#epoch,
      seq: this.#seq,
      clock: world.now,
      actor,
      command: by.command,
      ...(by.id !== undefined && { causedBy: by.id }),
      puts: puts.map((record) => ({ ...record })),
      removes,
    };
    world.after(AUDIT_AFTER_MS, () => world.write(tx));
    for (const record of puts)
      if (record.kind === 'lock' && this.#state.locks.get(record.id)?.fence !== record.fence)
        this.#newestGrant = this.#seq;
    for (const [kind, id] of removes) this.#state.remove(kind, id);
    for (const record of puts) this.#state.put(record);
    for (const { agent, event, data } of pushes) this.#listeners.get(agent)?.onPush(event, data);
    this.mail.committed(by.agent, puts, acked);
    if (this.#seq % PICTURE_EVERY === 0) this.#picture();
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
    );
  }

  #lookAtLeases(): void {
    const { now } = this.#world;
    for (const { id, holder, expiresAt } of [...this.#state.locks.values()])
      if (expiresAt <= now)
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
    if (!this.#closed) this.#world.after(LOOK_AT_LEASES_EVERY_MS, () => this.#lookAtLeases());
  }

  #grantWaiting(): void {
    for (const claim of [...this.#state.claims.values()]) {
      if (!this.#state.claims.has(claim.id) || isInTheWay(claim, this.#state)) continue;
      const lock = grantOf(claim, this.#context());
      this.#commit(HUB('lock.grant'), {
        reply: {},
        removes: [['claim', claim.id]],
        puts: [lock],
        pushes: [grantPush(lock, this.#world.now)],
      });
    }
  }

  #picture(): void {
    const at = { k: 'picture' as const, epoch: this.#epoch, seq: this.#seq };
    const digest = this.#state.digest();
    const stale =
      this.#lastDigest !== undefined &&
      this.#lastDigest !== digest &&
      this.bug.strikes('stale picture', this.#world.now);
    this.bug.tookEffect ||= stale;
    this.#world.write({ ...at, whose: 'auditor', digest });
    this.#world.write({ ...at, whose: 'hub', digest });
    this.#world.write({ ...at, whose: 'watcher', digest: stale ? (this.#lastDigest ?? '') : digest });
    this.#lastDigest = digest;
  }
}

const HUB = (command: string) => ({ agent: 'hub', isPerson: false, command });

const refusal = (code: string): Answer => ({ ok: false, error: { code, message: code } });
