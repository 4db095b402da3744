import type { CommandInput } from '@signalbox/shared/commands';
import { evict, heartbeat, leave, update } from './agent-rules.ts';
import { check, claim, forceRelease, release, renewal } from './lock-rules.ts';
import { isPerson, type Rule, type Verdict } from './rule.ts';
import { TALK_RULES } from './talk-rules.ts';
import { TASK_RULES } from './task-rules.ts';
import { transfer } from './transfer-rule.ts';
import type { World } from './world.ts';

const RULES = {
  'agent.heartbeat': heartbeat,
  'agent.update': update,
  'agent.leave': leave,
  'agent.evict': evict,
  'lock.claim': claim,
  'lock.renew': renewal,
  'lock.release': release,
  'lock.forceRelease': forceRelease,
  'lock.transfer': transfer,
  'lock.check': check,
  ...TASK_RULES,
  ...TALK_RULES,
} satisfies { [N in ModelCommand]: Rule<N> };

/** What the model has a rule for. */
export type ModelCommand =
  | 'agent.heartbeat'
  | 'agent.update'
  | 'agent.leave'
  | 'agent.evict'
  | 'lock.claim'
  | 'lock.renew'
  | 'lock.release'
  | 'lock.forceRelease'
  | 'lock.transfer'
  | 'lock.check'
  | keyof typeof TASK_RULES
  | keyof typeof TALK_RULES;

export const MODEL_COMMANDS = Object.keys(RULES);

/** [AG4]: before anything else is looked at, the connection has to be the newest. */
export function expect<N extends ModelCommand>(
  world: World,
  { actor, connection, name, input }: { actor: string; connection: number; name: N; input: CommandInput<N> },
): Verdict<N> {
  const agent = world.agents.get(actor);
  const writes = agent !== undefined && agent.presence !== 'left' && agent.connection === connection;
  if (!isPerson(actor) && !writes) return 'SUPERSEDED';
  const rule: Rule<N> = RULES[name] as unknown as Rule<N>;
  return rule(world, actor, input);
}
