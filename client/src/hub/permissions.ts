import type { Access } from '@signalbox/shared/command';
import type { CommandName } from '@signalbox/shared/commands';

/** What the page offers and who may; a test holds it against the declarations, which stay out of the browser. */
export const OFFERED = {
  'question.answer': 'operator',
  'alarm.acknowledge': 'operator',
  'alarm.shelve': 'operator',
  'alarm.unshelve': 'operator',
  'directive.send': 'operator',
  'message.send': 'member',
  'agent.evict': 'operator',
  'lock.forceRelease': 'operator',
  'lock.transfer': 'member',
  'task.create': 'member',
  'task.cancel': 'member',
  'task.retry': 'member',
  'task.unblock': 'member',
  'task.assign': 'member',
  'task.update': 'member',
  'task.accept': 'member',
  'task.reject': 'member',
  'project.create': 'admin',
  'project.remove': 'admin',
  'token.create': 'admin',
} as const satisfies Partial<Record<CommandName, Access>>;

export type OfferedCommand = keyof typeof OFFERED;

const MAY: Record<Access, readonly string[]> = {
  viewer: ['viewer', 'agent', 'operator', 'admin'],
  // An agent's token may look at the control room, never act in it.
  member: ['operator', 'admin'],
  operator: ['operator', 'admin'],
  admin: ['admin'],
};

export const mayRun = (role: string | undefined, command: OfferedCommand): boolean =>
  role !== undefined && MAY[OFFERED[command]].includes(role);
