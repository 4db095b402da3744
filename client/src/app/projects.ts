import type { ProjectRecord } from '@signalbox/shared/records/hub';
import { type CallHub, HUB_PROJECT } from './hub-http.ts';

export const LIST_ALL = 1_000;

/** The name of a project; its id with it where another one has the same name. */
export function projectLabel(projects: readonly ProjectRecord[], id: string): string {
  const name = projects.find((project) => project.id === id)?.name ?? id;
  const isUnique = projects.every((other) => other.id === id || other.name !== name);
  return isUnique || name === id ? name : `${name} (${id})`;
}

/** The project to open: the one looked at last, else the newest. */
export function pickProject(projects: readonly ProjectRecord[], last: string | null): ProjectRecord | undefined {
  const remembered = projects.find(({ id }) => id === last);
  return remembered ?? [...projects].sort((a, b) => b.createdAt - a.createdAt)[0];
}

/** Whether anything was ever registered or planned there, as far as the hub still knows. */
export async function hasLife(call: CallHub, project: string): Promise<boolean> {
  const agents = await call(project, 'agent.list', { limit: 1 });
  if (agents.ok && agents.agents.length > 0) return true;
  const tasks = await call(project, 'task.list', { limit: 1 });
  return tasks.ok && tasks.tasks.length > 0;
}

export async function listProjects(call: CallHub) {
  const answer = await call(HUB_PROJECT, 'project.list', { limit: LIST_ALL });
  return answer.ok ? { ok: true as const, projects: answer.projects } : answer;
}
