import { isRefusal, type Refusal } from '@signalbox/shared/errors';
import { refreshAgents } from '../domain/agent-state.ts';
import type { Context, Decision } from '../domain/decision.ts';
import { noteEffects } from '../domain/directive-effects.ts';
import { checkConnection } from '../domain/fence.ts';
import { noteUnattended } from '../domain/trouble.ts';
import type { Draft } from '../domain/view.ts';

/**
 * A decision with what belongs to every one: the connection is checked first; last, critical tasks
 * left alone are noted, the agents concerned are brought up to date, and a command of an agent is noted where it proves
 * that a directive had an effect.
 */
export const guarded =
  <I, O>(decision: Decision<I, O>, input: I, command?: string) =>
  (draft: Draft, context: Context): O | Refusal => {
    const superseded = checkConnection(draft, context.caller);
    if (superseded !== undefined) return superseded;
    const reply = decision(draft, input, context);
    if (isRefusal(reply)) return reply;
    const changes = draft.changes();
    noteUnattended(draft, changes, context.at);
    refreshAgents(draft, changes, context.at);
    if (command !== undefined) noteEffects(draft, command, input, context);
    return reply;
  };
