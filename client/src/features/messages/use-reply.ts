import type { CommandInput } from '@signalbox/shared/commands';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';
import type { MessageRecord } from '@signalbox/shared/records/message';
import { useMemo } from 'react';
import { resolveAudience } from '../../hub/audience.ts';
import { useCommand, useCounts, useHub, useIds, useMe } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { type Conversation, keyOf } from './conversation.ts';
import { changeReply, draftKey, NO_REPLY, type ReplyDraft, sendReply, useReplyDrafts } from './reply-drafts.ts';
import { type Targets, targetsIn } from './reply-target.ts';

export interface Reply {
  draft: ReplyDraft;
  targets: Targets;
  /** Whom it goes to as it is now; null: there is nobody yet. */
  to: string | null;
  /** Agents who get it, and those of them who are lost. */
  recipients: number;
  lost: readonly string[];
  /** Why it cannot be sent yet; null when it can. */
  missing: string | null;
  /** On its way. */
  pending: boolean;
  /** Why the last one was refused. */
  error: ErrorBody | null;
  /** Not while the picture stands still. */
  disabled: boolean;
  change(change: Partial<ReplyDraft>): void;
  send(): Promise<void>;
  /** Sends what was written in another way than as a message. */
  sendAs<T>(send: () => Promise<Ack<T>>): Promise<Ack<T>>;
}

/** The type a person's messages have. */
const TYPE = 'note';
/** The last so many messages tell who takes part in a thread. */
const LOOKED_BACK = 200;

function useTargets(conversation: Conversation, ids: readonly string[]): Targets {
  const { db } = useHub();
  const me = useMe();
  return useMemo(() => {
    const messages = ids.slice(-LOOKED_BACK).map((id) => db.get('message', id));
    const known = messages.filter((message): message is MessageRecord => message !== undefined);
    return targetsIn(conversation, known.reverse(), `human:${me?.name ?? ''}`);
  }, [db, conversation, ids, me]);
}

function missingOf(to: string | null, empty: readonly string[], body: string): string | null {
  if (to === null) return 'Say whom it is for';
  if (empty.length > 0) return `Nobody here is ${visibleText(to)}`;
  return body.trim() === '' ? 'Write what you want to say' : null;
}

export function useReply(conversation: Conversation, ids: readonly string[]): Reply {
  const { db, project } = useHub();
  const key = draftKey(project, keyOf(conversation));
  const draft = useReplyDrafts(({ drafts }) => drafts[key] ?? NO_REPLY);
  const pending = useReplyDrafts(({ sending }) => sending.includes(key));
  const error = useReplyDrafts(({ refusals }) => refusals[key] ?? null);
  const targets = useTargets(conversation, ids);
  const command = useCommand();
  const to = draft.to ?? targets[0] ?? null;
  const here = useIds('agent.here:yes');
  const counts = useCounts();
  // biome-ignore lint/correctness/useExhaustiveDependencies: index and counts tell when somebody came, went or was lost
  const audience = useMemo(() => resolveAudience(db, to === null ? [] : [to]), [db, to, here, counts]);
  const change = (next: Partial<ReplyDraft>) =>
    changeReply(key, next.body !== undefined && next.body !== '' ? { to, ...next } : next);
  const sendAs = <T>(run: () => Promise<Ack<T>>) => sendReply(key, draft, run);
  const send = async () => {
    if (to === null) return;
    const input: CommandInput<'message.send'> = {
      to,
      type: TYPE,
      body: draft.body.trim(),
      ...(conversation.of === 'thread' && { thread: conversation.thread }),
      ...(draft.replyTo !== null && { replyTo: draft.replyTo }),
    };
    await sendAs(() => command.run('message.send', input));
  };
  return {
    draft,
    targets,
    to,
    recipients: audience.ids.length,
    lost: audience.lost,
    missing: missingOf(to, audience.empty, draft.body),
    pending,
    error,
    disabled: command.disabled,
    change,
    send,
    sendAs,
  };
}
