import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { shallow } from 'zustand/shallow';

/** What is being written into a conversation. It outlives reloads and signing in, but not the tab. */
export interface ReplyDraft {
  body: string;
  /** Fixed with the first letter: a message that comes meanwhile must not turn it to somebody else. */
  to: string | null;
  /** The message it answers. */
  replyTo: string | null;
}

export const NO_REPLY: ReplyDraft = { body: '', to: null, replyTo: null };

interface Replies {
  drafts: Readonly<Record<string, ReplyDraft>>;
  /** Keys of the drafts under way: who leaves a conversation and comes back must not send the same words twice. */
  sending: readonly string[];
}

export const useReplyDrafts = create<Replies>()(
  persist((): Replies => ({ drafts: {}, sending: [] }), {
    name: 'signalbox.replies',
    version: 1,
    storage: createJSONStorage(() => sessionStorage),
    // After a reload no answer comes any more.
    partialize: ({ drafts }) => ({ drafts }),
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

/** Once it was sent the draft is gone, unless something else stands there by then. */
export async function sendReply<A extends { ok: boolean }>(
  key: string,
  draft: ReplyDraft,
  send: () => Promise<A>,
): Promise<A> {
  useReplyDrafts.setState(({ sending }) => ({ sending: [...sending, key] }));
  const ack = await send();
  if (ack.ok && shallow(useReplyDrafts.getState().drafts[key], draft)) changeReply(key, NO_REPLY);
  useReplyDrafts.setState(({ sending }) => ({ sending: sending.filter((other) => other !== key) }));
  return ack;
}
