import { formatNumber } from '../../hub/format.ts';
import { useRead } from '../../hub/use-read.ts';
import { visibleText } from '../../hub/visible-text.ts';
import styles from './peek.module.css';

/** The hub follows what a task waits for down to its cause: asked again when something has changed. */
const ASK_EVERY_MS = 2_000;

/** What stands behind it, step by step, and the one thing to do about it. */
export function WayOut({ taskId }: { taskId: string }) {
  const { data } = useRead('task.explain', { taskId }, { everyMs: ASK_EVERY_MS });
  if (data === undefined || data.chain.length === 0) return null;
  const { chain, action, frees } = data;
  return (
    <div data-testid="way-out">
      {chain.length > 1 && (
        <ol className={styles.chain}>
          {chain.map(({ because, on }) => (
            <li key={`${because} ${on}`}>{visibleText(because)}</li>
          ))}
        </ol>
      )}
      <p>
        <b>{visibleText(action)}</b>
        {frees > 0 && ` Frees ${frees === 1 ? 'this task' : `${formatNumber(frees)} tasks`}.`}
      </p>
    </div>
  );
}
