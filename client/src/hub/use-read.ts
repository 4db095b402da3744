import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { ErrorBody } from '@signalbox/shared/errors';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useConn, useHub } from './use-hub.ts';

export interface Read<T> {
  /** The last answer; undefined before the first, and never that of another input. */
  data: T | undefined;
  error: ErrorBody | null;
  loading: boolean;
  reload(): void;
}

export interface ReadOptions {
  /** Asked again at most this often, and only when something changed. Without it: once. */
  everyMs?: number;
  /** Asked again after this long even when nothing changed, for answers that depend on the time. */
  atLeastEveryMs?: number;
}

/** The answer of a read-only command, e.g. `useRead('health.get', {}, { everyMs: 2_000 })`. Stands still while not live. */
export function useRead<N extends CommandName>(
  name: N,
  input: CommandInput<N>,
  options: ReadOptions = {},
): Read<CommandOutput<N>> {
  const { feed, db } = useHub();
  const live = useConn((conn) => conn.live);
  const key = `${name} ${JSON.stringify(input)}`;
  const [answer, setAnswer] = useState<{ key: string; data?: CommandOutput<N>; error: ErrorBody | null }>({
    key,
    error: null,
  });
  const asked = useRef({ version: -1, at: 0, underWay: '' });
  const [again, setAgain] = useState(0);
  const { everyMs, atLeastEveryMs } = options;
  const question = useRef({ name, input });
  question.current = { name, input };

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for name and input, `again` asks once more
  useEffect(() => {
    if (!live) return;
    let over = false;
    const ask = async () => {
      asked.current = { version: db.version, at: Date.now(), underWay: key };
      const ack = await feed.command(question.current.name, question.current.input);
      if (asked.current.underWay === key) asked.current.underWay = '';
      if (over) return;
      setAnswer((before) => {
        if (ack.ok) return { key, data: ack, error: null };
        return before.key === key && before.data !== undefined
          ? { ...before, error: ack.error }
          : { key, error: ack.error };
      });
    };
    const askIfDue = () => {
      if (asked.current.underWay === key || document.hidden) return;
      const due = atLeastEveryMs !== undefined && Date.now() - asked.current.at >= atLeastEveryMs;
      if (due || (everyMs !== undefined && db.version !== asked.current.version)) void ask();
    };
    void ask();
    const period = everyMs ?? atLeastEveryMs;
    const timer = period === undefined ? undefined : setInterval(askIfDue, period);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [feed, db, live, key, everyMs, atLeastEveryMs, again]);

  const reload = useCallback(() => setAgain((count) => count + 1), []);
  const current = answer.key === key ? answer : { key, data: undefined, error: null };
  return {
    data: current.data,
    error: current.error,
    loading: current.data === undefined && current.error === null,
    reload,
  };
}
