import { useNavigation } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';

export function AgentCell({ id }: { id: string }) {
  const agent = useRecord('agent', id);
  const { open } = useNavigation();
  return <AgentChip id={id} state={agent?.state} onOpen={() => open({ kind: 'agent', id })} />;
}
