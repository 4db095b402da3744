import type { Activity } from '@signalbox/shared/records/agent';
import type { Listener } from './entity-db.ts';

/** What heartbeats say between two changes of the record; not part of the sequence. */
export interface Presence {
  /** Server time of the last heartbeat. */
  seenAt: number;
  activity?: Activity;
  /** Server time at which the activity became another one; 0: before this page was open. */
  activityAt: number;
}

/**
 * Heartbeats by agent, with a listener per agent. A hub that was started again says nothing of those it has not heard of
 * yet: the last sign known from before stays, and gets older.
 */
export class PresenceMap {
  private readonly map = new Map<string, Presence>();
  private readonly listeners = new Map<string, Set<Listener>>();

  get(agentId: string): Presence | undefined {
    return this.map.get(agentId);
  }

  receive(agents: readonly (readonly [string, number, Activity?])[], serverNow: number): void {
    for (const [agentId, ageMs, activity] of agents) {
      const seenAt = serverNow - ageMs;
      const before = this.map.get(agentId);
      const same = JSON.stringify(before?.activity) === JSON.stringify(activity);
      const activityAt = before === undefined ? 0 : same ? before.activityAt : seenAt;
      this.map.set(agentId, activity === undefined ? { seenAt, activityAt } : { seenAt, activityAt, activity });
      for (const listener of this.listeners.get(agentId) ?? []) listener();
    }
  }

  subscribe(agentId: string, listener: Listener): () => void {
    const set = this.listeners.get(agentId) ?? new Set();
    this.listeners.set(agentId, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.listeners.get(agentId) === set) this.listeners.delete(agentId);
    };
  }
}
