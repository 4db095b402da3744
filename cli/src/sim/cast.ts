import { VERSION } from '@signalbox/sdk/version';
import type { AgentProfile } from '@signalbox/shared/records/agent';
import { Random } from './random.ts';
import { heartbeatMs, type SimSettings } from './settings.ts';
import { FIRST_NAMES, LAST_NAMES } from './words.ts';

/** What the control room knows them by. */
export const SIM_CLIENT = 'signalbox sim';
export const COORDINATOR_ID = 'sim-coordinator';
const AGENTS_PER_HOST = 20;

const SKILLS = {
  speed_developer: ['typescript', 'react', 'sql', 'python'],
  quality_enhancer: ['testing', 'typescript', 'security', 'docs'],
  ai_specialist: ['python', 'data', 'docs', 'sql'],
} as const;
export type WorkerRole = keyof typeof SKILLS;
const ROLES = [
  'speed_developer',
  'speed_developer',
  'quality_enhancer',
  'ai_specialist',
] as const satisfies WorkerRole[];

/** What an agent says of itself, and never changes. */
export type Member = AgentProfile & { capabilities: string[]; heartbeatEveryMs: number; branch: string; cwd: string };

/** One of the fleet; number 0 coordinates, the others work. Pure: the same settings give the same agent. */
export function memberOf(settings: SimSettings, index: number): Member {
  const random = new Random(settings.seed, 'agent', index);
  const role = index === 0 ? 'coordinator' : random.pick(ROLES);
  return {
    id: index === 0 ? COORDINATOR_ID : `sim-${index}`,
    role,
    name: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
    capabilities: role === 'coordinator' ? ['planning'] : random.some(SKILLS[role], random.int(2, 3)).sort(),
    client: SIM_CLIENT,
    version: VERSION,
    host: `sim-host-${1 + Math.floor(index / AGENTS_PER_HOST)}`,
    cwd: '/simulated',
    branch: `sim/${random.hex(6)}`,
    accepts: index === 0 ? 'none' : random.chance(1 / 3) ? 'pull' : 'push',
    maxTasks: 1,
    heartbeatEveryMs: heartbeatMs(settings),
  };
}
