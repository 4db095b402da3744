import { decideForgetDone, hasDoneToForget } from '../domain/agents.ts';
import { decideStalled, stalledChanges } from '../domain/stalled.ts';
import { decideDue, dueCommand } from '../domain/sweep.ts';
import type { Replica } from '../ledger/replica.ts';
import type { Neighbours } from '../nodes/nodes.ts';
import type { Project } from '../project.ts';
import { Errands, HUB } from './errands.ts';
import { FollowUps } from './follow-ups.ts';
import { Forgetting } from './forgetting.ts';
import { inTurnMs } from './in-turn.ts';
import { LoopWatch } from './loop-watch.ts';
import { PresenceWatch } from './presence-watch.ts';
import { type Settings, TroubleWatch } from './trouble-watch.ts';

/** How often presence, deadlines and the ledger clock are looked at. */
const LOOK_EVERY_MS = 100;
const PRESENCE_EVERY_LOOKS = 5;
const TROUBLE_EVERY_LOOKS = 20;
const STALLED_EVERY_LOOKS = 100;
const FORGET_DONE_EVERY_LOOKS = 600;
/** 20,000 leases that end together are swept within a second. */
const MAX_DUE_AT_ONCE = 2_000;
/** A look that had to wait this long for the ledger: meanwhile nobody could be heard over HTTP. */
const DEAF_AFTER_MS = 1_000;

/**
 * What happens in a project without anybody asking: presence changes, deadlines, grants to waiting claims, assignment.
 * Every change is an internal command through the ledger; this only notices that one is due. All nodes notice the same;
 * they take turns, so that what one has done the others find done.
 */
export class Housekeeping {
  readonly #project: Project;
  readonly #nodes: Neighbours;
  readonly #errands: Errands;
  readonly #watch: PresenceWatch;
  readonly #followUps: FollowUps;
  readonly #loops: LoopWatch;
  readonly #forgetting: Forgetting;
  readonly #troubles: TroubleWatch;
  readonly #timer: NodeJS.Timeout;
  #looking = false;
  #looks = 0;
  /** Looks in a row that found the ledger clock too far ahead of what is committed. */
  #wantedTick = 0;

  private constructor(project: Project, nodes: Neighbours, settings: Settings) {
    this.#project = project;
    this.#nodes = nodes;
    this.#errands = new Errands(project.ledger);
    this.#watch = new PresenceWatch({ project, nodes, errands: this.#errands });
    this.#followUps = new FollowUps({ ledger: project.ledger, nodes, errands: this.#errands });
    this.#loops = new LoopWatch({ project, nodes, errands: this.#errands });
    this.#forgetting = new Forgetting(this.#errands, settings);
    this.#troubles = new TroubleWatch({ project: project.id, errands: this.#errands, settings });
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** `settings`: what the project wants otherwise than the defaults. */
  static async start(project: Project, nodes: Neighbours, settings: Settings = () => undefined): Promise<Housekeeping> {
    const housekeeping = new Housekeeping(project, nodes, settings);
    await housekeeping.#watch.start();
    housekeeping.#followUps.everything();
    return housekeeping;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#watch.stop();
    this.#followUps.stop();
    this.#loops.stop();
  }

  /** The presence of an agent may have changed: its socket opened, closed or spoke again. */
  presenceChanged(agentId: string): void {
    this.#watch.changed(agentId);
  }

  /** One at a time: while the store is away a look waits, and those of all the time would come at once afterwards. */
  async #look(): Promise<void> {
    const { ledger, presence } = this.#project;
    const asked = presence.now();
    const clock = ledger.now();
    if (this.#looking) return;
    this.#looking = true;
    const looks = this.#looks++;
    await ledger.read((view) => {
      this.#looking = false;
      if (presence.now() - asked > DEAF_AFTER_MS) presence.restart();
      if (ledger.failingSince === undefined) this.#errands.sendRefused();
      // A store that refused, and is not asked again, would be thought of as failing until somebody writes.
      else this.#askStore();
      if (looks % PRESENCE_EVERY_LOOKS === 0) {
        this.#watch.look(view);
        this.#loops.look(view);
      }
      if (looks % FORGET_DONE_EVERY_LOOKS === 0 && this.#nodes.rank() === 0) this.#forgetDone(view, Date.now());
      if (this.#nodes.rank() === 0) {
        this.#forgetting.look(view, Date.now());
        if (looks % TROUBLE_EVERY_LOOKS === 0) this.#troubles.look(view, Date.now());
      }
      if (looks % STALLED_EVERY_LOOKS === 0 && this.#nodes.rank() === 0 && stalledChanges(view, Date.now()).length > 0)
        this.#errands.submit('agent.stalled', 'agent.stalled', decideStalled, {});
      this.#lookAtDeadlines(view, clock);
    });
  }

  #forgetDone(view: Replica, at: number): void {
    for (const agent of view.values('agent')) {
      if (!hasDoneToForget(agent, at)) continue;
      this.#errands.submit('agent.forgetDone', 'agent.forgetDone', decideForgetDone, {});
      return;
    }
  }

  #lookAtDeadlines(view: Replica, clock: number): void {
    const next = view.nextDeadline();
    this.#wantedTick = next !== undefined && this.#project.ledger.wantsTick() ? this.#wantedTick + 1 : 0;
    if (next === undefined) return;
    if (this.#wantedTick > this.#nodes.rank()) this.#tick();
    const due = clock - inTurnMs(this.#nodes);
    if (next.deadline <= due)
      for (const record of view.due(due, MAX_DUE_AT_ONCE)) {
        const { kind, id } = record;
        this.#errands.submit(`due:${kind}:${id}`, dueCommand(record), decideDue, { kind, id });
      }
  }

  /** Writes nothing, but is answered. */
  #askStore(): void {
    this.#errands.send('ask', { command: 'store.ask', caller: HUB, urgent: true, decide: () => ({}) });
  }

  #tick(): void {
    this.#errands.send('tick', { command: 'tick', caller: HUB, urgent: true, always: true, decide: () => ({}) });
  }
}
