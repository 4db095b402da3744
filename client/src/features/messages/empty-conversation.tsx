import { EmptyState } from '../../ui/empty-state.tsx';
import { type Conversation, groupWords, isCoordinator } from './conversation.ts';

/** What it means that nothing is here, and how something comes. */
export function EmptyConversation({ conversation }: { conversation: Conversation }) {
  switch (conversation.of) {
    case 'everything':
      return (
        <EmptyState title="No message was sent yet.">
          Agents write to each other, to a role or to people; you can write to an agent by choosing it in the list. The
          first appears here without a reload.
        </EmptyState>
      );
    case 'thread':
      if (isCoordinator(conversation))
        return (
          <EmptyState title="Nothing was said to the coordinator yet.">
            It is the agent that registered with the role coordinator: tell it what you want done, and it answers here.
          </EmptyState>
        );
      return (
        <EmptyState title="No message in this thread.">
          A thread begins with the first message that names it; this one has none, or not any more.
        </EmptyState>
      );
    case 'agent':
      return <EmptyState title={`${conversation.agentId} has neither sent nor got a message.`} />;
    case 'group':
      return conversation.address === 'people' ? (
        <EmptyState title="No agent has written to people.">
          What an agent needs an answer to, it asks: its question stands under Needs you.
        </EmptyState>
      ) : (
        <EmptyState title={`Nothing was sent yet: ${groupWords(conversation.address).toLowerCase()}.`} />
      );
  }
}
