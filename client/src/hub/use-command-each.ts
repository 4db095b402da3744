import type { CommandInput, CommandName } from '@signalbox/shared/commands';
import type { ErrorBody } from '@signalbox/shared/errors';
import { useState } from 'react';
import type { Target } from './command-log.ts';
import { useConn, useHub } from './use-hub.ts';

/** So many are under way at once. */
const AT_ONCE = 16;

export interface Each<N extends CommandName> {
  input: CommandInput<N>;
  target: Target;
}

export interface EachRunner {
  /** Resolves to whether all of them were done. */
  run<N extends CommandName>(name: N, each: readonly Each<N>[]): Promise<boolean>;
  /** How far it is; null when nothing is under way. */
  progress: { done: number; of: number } | null;
  /** What the hub refused last time, and of how many. */
  refused: { errors: readonly ErrorBody[]; of: number } | null;
  disabled: boolean;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The same command for one object or for hundreds, a few at a time. What the hub is too busy for is sent again. */
export function useCommandEach(): EachRunner {
  const { commands } = useHub();
  const live = useConn((conn) => conn.live);
  const [progress, setProgress] = useState<EachRunner['progress']>(null);
  const [refused, setRefused] = useState<EachRunner['refused']>(null);
  const run: EachRunner['run'] = async (name, each) => {
    const of = each.length;
    const rest = [...each];
    const errors: ErrorBody[] = [];
    let done = 0;
    setRefused(null);
    setProgress({ done, of });
    const work = async () => {
      for (let one = rest.shift(); one !== undefined; one = rest.shift()) {
        const ack = await commands.run(name, one.input, one.target);
        if (!ack.ok && ack.error.code === 'RATE_LIMITED') {
          rest.push(one);
          await wait(ack.error.retry?.afterMs ?? 0);
          continue;
        }
        if (!ack.ok) errors.push(ack.error);
        done += 1;
        setProgress({ done, of });
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, of) }, work));
    setProgress(null);
    if (errors.length > 0) setRefused({ errors, of });
    return errors.length === 0;
  };
  return { run, progress, refused, disabled: !live };
}
