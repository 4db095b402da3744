import type { CommandInput } from '@signalbox/shared/commands';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

export type DirectiveAction = CommandInput<'directive.send'>['action'];
export type DirectiveMode = NonNullable<CommandInput<'directive.send'>['mode']>;

/** What is being written to the fleet. It outlives reloads, lost connections and signing in, but not the tab. */
export interface Draft {
  audience: readonly string[];
  action: DirectiveAction;
  /** The task it is about; empty: none. */
  taskId: string;
  body: string;
  mode: DirectiveMode;
  /** Milliseconds; 0: no acknowledgement wanted. */
  ackByMs: number;
  expiresMs: number;
}

export const EMPTY_DRAFT: Draft = {
  audience: [],
  action: 'say',
  taskId: '',
  body: '',
  mode: 'steer',
  ackByMs: 0,
  expiresMs: 2 * 3_600_000,
};

export const useDrafts = create<{ drafts: Readonly<Record<string, Draft>> }>()(
  persist(() => ({ drafts: {} }), {
    name: 'signalbox.drafts',
    version: 2,
    storage: createJSONStorage(() => sessionStorage),
  }),
);

export function changeDraft(project: string, change: Partial<Draft>): void {
  useDrafts.setState(({ drafts }) => ({
    drafts: { ...drafts, [project]: { ...EMPTY_DRAFT, ...drafts[project], ...change } },
  }));
}
