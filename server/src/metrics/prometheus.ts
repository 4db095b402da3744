import { AGENT_STATES } from '@signalbox/shared/records/agent';
import { TASK_STATUSES } from '@signalbox/shared/records/task';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Neighbours } from '../nodes/nodes.ts';
import type { Project, Projects } from '../project.ts';

/** Prometheus text of this node, read from the replicas when it is asked for. */
export function prometheus(
  projects: Projects,
  nodes: Neighbours,
): () => Promise<{ contentType: string; text: string }> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, ...labels: string[]) =>
    new Gauge({ name: `signalbox_${name}`, help, labelNames: ['project', ...labels], registers: [registry] });
  const live = new Gauge({
    name: 'signalbox_nodes',
    help: 'Live nodes of the hub, as this one hears them',
    registers: [registry],
  });
  const agents = gauge('agents', 'Agents by state', 'state');
  const tasks = gauge('tasks', 'Tasks by status', 'status');
  const locks = gauge('locks', 'Locks held');
  const waiting = gauge('claims_waiting', 'Claims waiting for a lock');
  const alarms = gauge('alarms', 'Alarms standing');
  const seq = gauge('ledger_seq', 'Seq of the newest transaction');
  const epoch = gauge('ledger_epoch', 'Epoch of the ledger');
  const queued = gauge('ledger_queued', 'Commands waiting to be decided');
  const counter = (name: string, help: string) =>
    new Counter({ name: `signalbox_${name}`, help, labelNames: ['project'], registers: [registry] });
  const conflicts = counter('ledger_conflicts_total', 'Batches decided again because another node had written');
  const waits = counter('ledger_turn_waits_total', 'Appends sent again because it was the turn of another node');
  const ofProjects = [agents, tasks, locks, waiting, alarms, seq, epoch, queued, conflicts, waits];
  return async () => {
    const measured = await Promise.all([...projects.all()].map(measure));
    // From here to the text nothing waits: scrapes at once would add up what they count.
    live.set(1 + nodes.others().length);
    // Of a project that was removed nothing stays; and the ledgers count, here is only read.
    for (const metric of ofProjects) metric.reset();
    for (const { project, ...now } of measured) {
      for (const state of AGENT_STATES) agents.set({ project, state }, now.states.get(state) ?? 0);
      for (const status of TASK_STATUSES) tasks.set({ project, status }, now.statuses.get(status) ?? 0);
      locks.set({ project }, now.locks);
      waiting.set({ project }, now.waiting);
      alarms.set({ project }, now.alarms);
      seq.set({ project }, now.seq);
      epoch.set({ project }, now.epoch);
      queued.set({ project }, now.queued);
      conflicts.inc({ project }, now.conflicts);
      waits.inc({ project }, now.waits);
    }
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}

async function measure({ id: project, ledger }: Project) {
  const counts = await ledger.read((records) => ({
    states: countBy([...records.values('agent')].map((agent) => agent.state)),
    statuses: countBy([...records.values('task')].map((task) => task.status)),
    locks: records.count('lock'),
    waiting: records.count('waiter'),
    alarms: records.count('alarm'),
  }));
  const { seq, epoch, queued, contention } = ledger;
  return { project, ...counts, seq, epoch, queued, ...contention };
}

function countBy(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
