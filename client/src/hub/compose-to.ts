import { changeDraft, EMPTY_DRAFT, useDrafts } from './drafts.ts';
import { requestCompose } from './ui-store.ts';

/** Opens the composer to stop everybody; that takes their number, so nothing is sent by mistake. */
export function composePauseOfAll(project: string): void {
  changeDraft(project, { audience: ['all'], action: 'pause' });
  requestCompose();
}

/** Opens the composer with a question to one agent. Words that somebody wrote and has not sent stay as they are. */
export function composeQuestion(project: string, agentId: string, body: string): void {
  const written = (useDrafts.getState().drafts[project] ?? EMPTY_DRAFT).body.trim();
  changeDraft(project, { audience: [agentId], action: 'ask', ...(written === '' && { body }) });
  requestCompose();
}
