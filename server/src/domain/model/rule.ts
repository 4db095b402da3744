import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { ErrorCode } from '@signalbox/shared/errors';
import type { World } from './world.ts';

/** What the model expects of a command: a refusal with this code, or an effect, which may learn from the reply. */
export type Verdict<N extends CommandName> = ErrorCode | ((reply: CommandOutput<N>) => void);

export type Rule<N extends CommandName> = (world: World, actor: string, input: CommandInput<N>) => Verdict<N>;

/** Commands that change nothing in the model. */
export const nothing = (): void => {};

export const isPerson = (actor: string): boolean => actor.startsWith('human:');
