import type { ProjectRecord } from '@signalbox/shared/records/hub';
import { guarded } from '../commands/run-decision.ts';
import { decideTrouble, type Facts, isStuck, LASTING, type Lasting, SPENDING, troubleWith } from '../domain/trouble.ts';
import type { Replica } from '../ledger/replica.ts';
import { type Errands, HUB } from './errands.ts';

export type Settings = () => Pick<ProjectRecord, 'retention' | 'budgetUsd'> | undefined;

/** Looks for what lasts too long, and for what no longer does. It checks only what could be. */
export class TroubleWatch {
  readonly #errands: Errands;
  readonly #settings: Settings;
  readonly #project: string;

  constructor({ project, errands, settings }: { project: string; errands: Errands; settings: Settings }) {
    this.#project = project;
    this.#errands = errands;
    this.#settings = settings;
  }

  look(view: Replica, at: number): void {
    const facts: Facts = { at, budgetUsd: this.#settings()?.budgetUsd };
    for (const task of view.criticalFree())
      if (isStuck(task, at)) this.#check(view, { code: 'CRIT_STUCK', subject: { kind: 'task', id: task.id } }, facts);
    for (const { id, waiters } of view.values('lock'))
      if (waiters.length > 0) this.#check(view, { code: 'LOCK_HOT', subject: { kind: 'lock', id } }, facts);
    if (view.get('spending', SPENDING) !== undefined)
      this.#check(view, { code: 'BUDGET', subject: { kind: 'project', id: this.#project } }, facts);
    for (const code of LASTING)
      for (const { subject } of view.alarmsOf(code)) this.#check(view, { code, subject }, facts);
  }

  /** Asks the ledger only when something has changed. */
  #check(view: Replica, lasting: Lasting, facts: Facts): void {
    const standing = view.alarmOn(lasting.code, lasting.subject.id);
    const isSaid = standing !== undefined && standing.state !== 'returned';
    if (isSaid === (troubleWith(view, lasting, facts) !== undefined)) return;
    this.#errands.send(`trouble:${lasting.code}:${lasting.subject.id}`, {
      command: isSaid ? 'alarm.over' : 'alarm.raise',
      caller: HUB,
      decide: guarded(decideTrouble, { ...lasting, budgetUsd: facts.budgetUsd }),
    });
  }
}
