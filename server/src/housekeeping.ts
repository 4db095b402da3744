import { setTimeout as delay } from 'node:timers/promises';
import { ERRORS } from '@signalbox/shared/errors';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import { HOUR_MS, lateAfterMs, lostAfterMs } from '@signalbox/shared/time';
import { guarded } from './commands/run-decision.ts';
import { decideDisconnected, decideForgetDone, decidePresence, type PresenceChange } from './domain/agents.ts';
import { decideAssignments } from './domain/assignment.ts';
import type { Decision } from './domain/decision.ts';
import { decideGrant } from './domain/locks.ts';
import { decideDue, dueCommand } from './domain/sweep.ts';
import type { Committed } from './ledger/ledger.ts';
import type { Replica } from './ledger/replica.ts';
import type { Submission } from './ledger/submission.ts';
import type { Project } from './project.ts';

/** How often presence, deadlines and the ledger clock are looked at. */
const LOOK_EVERY_MS = 100;
const PRESENCE_EVERY_LOOKS = 5;
/** Assignment rests four times as long as it took: with many tasks waiting it must not slow down everything else. */
const ASSIGN_REST = 4;
/** 20,000 leases that end together are swept within a second. */
const MAX_DUE_AT_ONCE = 2_000;
/** A look that had to wait this long for the ledger: meanwhile nobody could be heard over HTTP. */
const DEAF_AFTER_MS = 1_000;

/**
 * What happens in a project without anybody asking: presence changes, deadlines, grants to waiting claims, assignment.
 * Every change is an internal command through the ledger; this only notices that one is due.
 */
export class Housekeeping {
  readonly #project: Project;
  readonly #timer: NodeJS.Timeout;
  readonly #offCommit: () => void;
  readonly #offReset: () => void;
  /** Internal commands on their way; `again` when there was another reason to send it meanwhile. */
  readonly #underWay = new Map<string, 'once' | 'again'>();
  /** What the ledger did not take because the store was away; nothing else would ever remind of it. */
  readonly #refused = new Map<string, Submission>();
  #looking = false;
  #looks = 0;

  constructor(project: Project) {
    this.#project = project;
    this.#offCommit = project.ledger.onCommit((committed) => this.#committed(committed));
    this.#offReset = project.ledger.onReset(() => this.#everything());
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
    const { node } = project.ledger;
    this.#submit('agent.disconnected', 'agent.disconnected', decideDisconnected, { node });
    this.#everything();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#offCommit();
    this.#offReset();
  }

  /** The presence of an agent may have changed: its socket opened, closed or spoke again. */
  presenceChanged(agentId: string): void {
    void this.#project.ledger.read((view) => {
      const agent = view.get('agent', agentId);
      if (agent !== undefined) this.#lookAtAgent(agent);
    });
  }

  /** After a start or another epoch nothing is known: look at all that could be due. */
  #everything(): void {
    void this.#project.ledger.read((view) => {
      for (const waiter of view.values('waiter')) this.#grantIfFree(view, waiter.id);
      if (view.readyCount > 0) this.#assign();
    });
  }

  /** One at a time: while the store is away a look waits, and those of all the time would come at once afterwards. */
  async #look(): Promise<void> {
    const { ledger, presence } = this.#project;
    const asked = presence.advance();
    const clock = ledger.now();
    if (this.#looking) return;
    this.#looking = true;
    const looks = this.#looks++;
    await ledger.read((view) => {
      this.#looking = false;
      if (presence.advance() - asked > DEAF_AFTER_MS) presence.restart();
      if (ledger.failingSince === undefined) this.#sendRefused();
      if (looks % PRESENCE_EVERY_LOOKS === 0) for (const agent of view.values('agent')) this.#lookAtAgent(agent);
      if (looks % (HOUR_MS / LOOK_EVERY_MS) === 0)
        this.#submit('agent.forgetDone', 'agent.forgetDone', decideForgetDone, {});
      const next = view.nextDeadline();
      if (next === undefined) return;
      if (ledger.wantsTick()) this.#tick();
      if (next.deadline <= clock)
        for (const { kind, id } of view.due(clock, MAX_DUE_AT_ONCE))
          this.#submit(`due:${kind}:${id}`, dueCommand(kind), decideDue, { kind, id });
    });
  }

  #lookAtAgent(agent: AgentRecord): void {
    if (agent.presence === 'left') this.#project.presence.forget(agent.id);
    else if (this.#presenceChange(agent) !== undefined)
      this.#send(`presence:${agent.id}`, {
        command: 'agent.presence',
        caller: HUB,
        urgent: true,
        // Judged again when it is decided: it may have spoken since, and a loss costs it its tasks.
        decide: (draft, context) => {
          const now = draft.get('agent', agent.id);
          const change = now === undefined ? undefined : this.#presenceChange(now);
          return change === undefined ? {} : guarded(decidePresence, change)(draft, context);
        },
      });
  }

  /** What the agent's presence has become; undefined while it is what its record says. */
  #presenceChange(agent: AgentRecord): PresenceChange | undefined {
    if (agent.presence === 'left') return undefined;
    const { presence } = this.#project;
    const age = presence.ageOf(agent.id, agent.connection);
    const open = presence.isOpen(agent.id);
    // A socket that closed is late at once; one of before a restart of the hub, or that we closed, has its time to come back.
    const closed =
      !open && agent.via === 'socket' && agent.node === this.#project.ledger.node && !presence.wasDrained(agent.id);
    const is =
      age >= lostAfterMs(agent.heartbeatEveryMs)
        ? 'lost'
        : closed || age >= lateAfterMs(agent.heartbeatEveryMs)
          ? 'late'
          : 'present';
    const connected = agent.via === 'socket' ? open : is === 'present';
    if (is === agent.presence && connected === agent.connected) return undefined;
    if (agent.presence === 'lost' && is === 'late') return undefined;
    // Only a sign of life makes it better: a hub that has just started has heard from nobody.
    if (agent.presence !== 'present' && is === 'present' && !presence.wasHeard(agent.id, agent.connection))
      return undefined;
    return { agentId: agent.id, connection: agent.connection, presence: is, connected };
  }

  #committed(committed: readonly Committed[]): void {
    let free = false;
    const next = new Set<string>();
    const left = new Set<string>();
    for (const { changes } of committed)
      for (const { kind, before, after } of changes) {
        if (kind === 'task' || kind === 'agent') free = true;
        if (kind !== 'lock' && kind !== 'waiter') continue;
        free = true;
        if (before?.kind === 'lock' && after === undefined) for (const { lockId } of before.waiters) next.add(lockId);
        if (before?.kind === 'waiter' && after === undefined) left.add(before.id);
      }
    if (next.size + left.size > 0) void this.#project.ledger.read((view) => this.#moveUp(view, next, left));
    if (free) void this.#project.ledger.read((view) => view.readyCount > 0 && this.#assign());
  }

  /** The claims `next` stood behind a lock that ended; those behind a claim that `left` the line may go, too. */
  #moveUp(view: Replica, next: Set<string>, left: ReadonlySet<string>): void {
    // What left the line as a lock is still in the way of the same claims.
    const gone = new Set([...left].filter((id) => view.get('lock', id) === undefined));
    if (gone.size > 0)
      for (const waiter of view.values('waiter')) if (waiter.blockedBy.some((id) => gone.has(id))) next.add(waiter.id);
    for (const lockId of next) this.#grantIfFree(view, lockId);
  }

  /** Asks only for a claim whose every obstacle has ended: telling each of a long line that it moved up costs the square of it. */
  #grantIfFree(view: Replica, lockId: string): void {
    const stands = (id: string): boolean => view.get('lock', id) !== undefined || view.get('waiter', id) !== undefined;
    if (view.get('waiter', lockId)?.blockedBy.some(stands) === false)
      this.#submit(`grant:${lockId}`, 'lock.grant', decideGrant, { lockId });
  }

  #assign(): void {
    const decide = guarded(decideAssignments, {});
    let tookMs = 0;
    const timed: typeof decide = (draft, context) => {
      const started = performance.now();
      const reply = decide(draft, context);
      tookMs = performance.now() - started;
      return reply;
    };
    const rest = (): Promise<void> => delay(ASSIGN_REST * tookMs, undefined, { ref: false });
    this.#send('assign', { command: 'task.assignments', caller: HUB, decide: timed }, rest);
  }

  #tick(): void {
    this.#send('tick', { command: 'tick', caller: HUB, urgent: true, always: true, decide: () => ({}) });
  }

  #submit<I>(key: string, command: string, decision: Decision<I, object>, input: I): void {
    this.#send(key, { command, caller: HUB, urgent: true, decide: guarded(decision, input) });
  }

  /** Each key is on its way once; what comes up meanwhile is decided again afterwards, on the newer state. */
  #send(key: string, submission: Submission, rest?: () => Promise<void>): void {
    if (this.#underWay.has(key)) {
      this.#underWay.set(key, 'again');
      return;
    }
    this.#underWay.set(key, 'once');
    void this.#project.ledger.execute(submission).then(async (settled) => {
      await rest?.();
      const again = this.#underWay.get(key) === 'again';
      this.#underWay.delete(key);
      if (settled.ok && again && REPEATED.has(submission.command)) this.#send(key, submission, rest);
      if (!settled.ok && UNREMINDED.has(submission.command) && ERRORS[settled.error.code].retry !== 'never')
        this.#refused.set(key, submission);
    });
  }

  #sendRefused(): void {
    const refused = [...this.#refused];
    this.#refused.clear();
    for (const [key, submission] of refused) this.#send(key, submission);
  }
}

const HUB = { kind: 'hub' } as const;
/** Decided from everything there is: worth another look when something changed meanwhile. */
const REPEATED: ReadonlySet<string> = new Set(['task.assignments', 'lock.grant']);
/** Noticed once, by a commit or at the start; all else is noticed again with every look. */
const UNREMINDED: ReadonlySet<string> = new Set([...REPEATED, 'agent.disconnected', 'agent.forgetDone']);
