import type { ErrorBody } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';
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
  /** Why a draft was refused, until it is changed or sent again; it may come while another conversation is shown. */
  refusals: Readonly<Record<string, ErrorBody>>;
}

export const NO_REPLIES: Replies = { drafts: {}, sending: [], refusals: {} };

export const useReplyDrafts = create<Replies>()(
  persist((): Replies => NO_REPLIES, {
    name: 'signalbox.replies',
    version: 1,
    storage: createJSONStorage(() => sessionStorage),
    // After a reload no answer comes any more.
    partialize: ({ drafts }) => ({ drafts }),
  }),
);

export const draftKey = (project: string, conversation: string): string => `${project} ${conversation}`;

export function changeReply(key: string, change: Partial<ReplyDraft>): void {
  useReplyDrafts.setState(({ drafts, refusals }) => {
    const { [key]: before, ...others } = drafts;
    const next = { ...NO_REPLY, ...before, ...change };
    const empty = next.body === '' && next.replyTo === null && next.to === null;
    return { drafts: empty ? others : { ...others, [key]: next }, refusals: without(key, refusals) };
  });
}

/** Once it was sent the draft is gone, unless something else stands there by then. */
export async function sendReply<T>(key: string, draft: ReplyDraft, send: () => Promise<Ack<T>>): Promise<Ack<T>> {
  useReplyDrafts.setState(({ sending, refusals }) => ({
    sending: [...sending, key],
    refusals: without(key, refusals),
  }));
  const ack = await send();
  if (!ack.ok) useReplyDrafts.setState(({ refusals }) => ({ refusals: { ...refusals, [key]: ack.error } }));
  else if (shallow(useReplyDrafts.getState().drafts[key], draft)) changeReply(key, NO_REPLY);
  useReplyDrafts.setState(({ sending }) => ({ sending: sending.filter((other) => other !== key) }));
  return ack;
}

const without = <T>(key: string, all: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([other]) => other !== key));
