import type { CommandInput } from '@signalbox/shared/commands';
import { useMemo, useState } from 'react';
import { shallow } from 'zustand/shallow';
import { type Audience, addressOf, resolveAudience } from '../../hub/audience.ts';
import { changeDraft, type Draft, EMPTY_DRAFT, useDrafts } from '../../hub/drafts.ts';
import { type CommandRunner, useCommand, useCounts, useHub, useIds } from '../../hub/use-hub.ts';
import { type Risk, riskOf } from './send-risk.ts';

export interface ComposerState {
  draft: Draft;
  audience: Audience;
  risk: Risk;
  /** Why it cannot be sent yet; null when it can. */
  missing: string | null;
  command: CommandRunner;
  sent: { directiveId: string; recipients: number } | null;
  change(change: Partial<Draft>): void;
  send(): Promise<void>;
}

const needsWords = ({ action }: Draft): boolean => action === 'say' || action === 'ask';
const takesTask = ({ action }: Draft): boolean => action !== 'pause' && action !== 'resume' && action !== 'drain';
const needsTask = ({ action }: Draft): boolean => action === 'assign' || action === 'cancel';

function missingOf(draft: Draft, audience: Audience, hasTask: (id: string) => boolean): string | null {
  const { taskId } = draft;
  if (draft.audience.length === 0) return 'Say whom it is for';
  if (audience.empty.length > 0) return `Nobody here is ${audience.empty.join(', ')}`;
  if (draft.action === 'assign' && audience.ids.length !== 1) return 'A task is given to one agent';
  if (taskId === '' && needsTask(draft)) return 'Say which task';
  if (taskId !== '' && takesTask(draft) && !hasTask(taskId)) return `There is no task ${taskId}`;
  return needsWords(draft) && draft.body.trim() === '' ? 'Write what you want to say' : null;
}

function inputOf(draft: Draft, audience: Audience): CommandInput<'directive.send'> {
  const body = draft.body.trim();
  return {
    to: addressOf(draft.audience, audience),
    action: draft.action,
    mode: draft.mode,
    expiresMs: draft.expiresMs,
    ...(draft.taskId !== '' && takesTask(draft) && { taskId: draft.taskId }),
    ...(body !== '' && { body }),
    ...(draft.ackByMs > 0 && { ackByMs: draft.ackByMs }),
  };
}

export function useComposer(): ComposerState {
  const { db, project } = useHub();
  const draft = useDrafts(({ drafts }) => drafts[project] ?? EMPTY_DRAFT);
  const here = useIds('agent.here:yes');
  const counts = useCounts();
  const command = useCommand();
  const [sent, setSent] = useState<ComposerState['sent']>(null);
  const { audience: tokens } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: index and counts tell when somebody came, went or was lost
  const audience = useMemo(() => resolveAudience(db, tokens), [db, tokens, here, counts]);
  const change = (next: Partial<Draft>) => {
    setSent(null);
    command.clearError();
    changeDraft(project, next);
  };
  const send = async () => {
    const ack = await command.run('directive.send', inputOf(draft, audience));
    if (!ack.ok) return;
    setSent({ directiveId: ack.directiveId, recipients: ack.recipients.length });
    // What was written meanwhile stays.
    if (shallow(useDrafts.getState().drafts[project], draft)) changeDraft(project, { body: '', taskId: '' });
  };
  return {
    draft,
    audience,
    risk: riskOf({ action: draft.action, tokens, recipients: audience.ids.length, fleet: here.length }),
    missing: missingOf(draft, audience, (id) => db.get('task', id) !== undefined),
    command,
    sent,
    change,
    send,
  };
}
