import { Age, type AgeProps } from './age.tsx';
import { usePresence } from './use-hub.ts';

/** How long ago an agent was last heard of, ticking. */
export function HeartbeatAge({ agentId, ...age }: { agentId: string } & Omit<AgeProps, 'at' | 'unknownTitle'>) {
  const presence = usePresence(agentId);
  return <Age {...age} at={presence?.seenAt} unknownTitle="Not heard since the hub started" />;
}
