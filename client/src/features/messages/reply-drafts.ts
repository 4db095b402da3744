import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

/** What is being written into a conversation. It outlives reloads and signing in, but not the tab. */
export interface ReplyDraft {
  body: string;
  /** Fixed with the first letter: a message that comes meanwhile must not turn it to somebody else. */
  to: string | null;
  /** The message it answers. */
  replyTo: string | null;
}

export const NO_REPLY: ReplyDraft = { body: '', to: null, replyTo: null };

export const useReplyDrafts = create<{ drafts: Readonly<Record<string, ReplyDraft>> }>()(
  persist(() => ({ drafts: {} }), {
    name: 'signalbox.replies',
    version: 1,
    storage: createJSONStorage(() => sessionStorage),
  }),
);

export const draftKey = (project: string, conversation: string): string => `${project} ${conversation}`;

export function changeReply(key: string, change: Partial<ReplyDraft>): void {
  useReplyDrafts.setState(({ drafts }) => {
    const { [key]: before, ...others } = drafts;
    const next = { ...NO_REPLY, ...before, ...change };
    const empty = next.body === '' && next.replyTo === null && next.to === null;
    return { drafts: empty ? others : { ...others, [key]: next } };
  });
}
