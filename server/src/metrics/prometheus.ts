import { AGENT_STATES } from '@signalbox/shared/records/agent';
import { TASK_STATUSES } from '@signalbox/shared/records/task';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Projects } from '../project.ts';

/** Prometheus text of this node, read from the replicas when it is asked for. */
export function prometheus(projects: Projects): () => Promise<{ contentType: string; text: string }> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, ...labels: string[]) =>
    new Gauge({ name: `signalbox_${name}`, help, labelNames: ['project', ...labels], registers: [registry] });
  const agents = gauge('agents', 'Agents by state', 'state');
  const tasks = gauge('tasks', 'Tasks by status', 'status');
  const locks = gauge('locks', 'Locks held');
  const waiting = gauge('claims_waiting', 'Claims waiting for a lock');
  const alarms = gauge('alarms', 'Alarms standing');
  const seq = gauge('ledger_seq', 'Seq of the newest transaction');
  const epoch = gauge('ledger_epoch', 'Epoch of the ledger');
  const queued = gauge('ledger_queued', 'Commands waiting to be decided');
  return async () => {
    for (const { id: project, ledger } of projects.all()) {
      await ledger.read((records) => {
        const states = countBy([...records.values('agent')].map((agent) => agent.state));
        for (const state of AGENT_STATES) agents.set({ project, state }, states.get(state) ?? 0);
        const statuses = countBy([...records.values('task')].map((task) => task.status));
        for (const status of TASK_STATUSES) tasks.set({ project, status }, statuses.get(status) ?? 0);
        locks.set({ project }, records.count('lock'));
        waiting.set({ project }, records.count('waiter'));
        alarms.set({ project }, records.count('alarm'));
      });
      seq.set({ project }, ledger.seq);
      epoch.set({ project }, ledger.epoch);
      queued.set({ project }, ledger.queued);
    }
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}

function countBy(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
