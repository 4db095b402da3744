import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type Conversation, conversationAt, keyOf } from '../features/messages/conversation.ts';
import { MessagesPage } from '../features/messages/messages-page.tsx';
import type { Places } from '../features/messages/places.tsx';

/** Ties the conversations to the address. */
export function MessagesRoute() {
  const { project } = useParams({ from: '/p/$project' });
  const { thread } = useParams({ strict: false });
  const { with: address, q } = useSearch({ from: '/p/$project' });
  const navigate = useNavigate();
  const router = useRouter();
  const places = useMemo<Places>(() => {
    const target = (conversation: Conversation | null) => {
      if (conversation?.of === 'thread')
        return {
          to: '/p/$project/messages/$thread',
          params: { project, thread: conversation.thread },
          search: { q },
        } as const;
      const chosen = conversation === null ? undefined : keyOf(conversation);
      return { to: '/p/$project/messages', params: { project }, search: { q, with: chosen } } as const;
    };
    return {
      current: conversationAt(thread, address),
      hrefOf: (conversation) => router.buildLocation(target(conversation)).href,
      go: (conversation) => void navigate(target(conversation)),
    };
  }, [project, thread, address, q, navigate, router]);
  return <MessagesPage places={places} />;
}
