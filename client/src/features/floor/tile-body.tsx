import { HeartbeatAge } from '../../hub/heartbeat-age.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './cell.module.css';
import { type AgentFacts, activityLine } from './use-agent.ts';

export function TileBody({ facts }: { facts: AgentFacts }) {
  const { agent, task, why } = facts;
  const text = why === null ? (task === undefined ? 'no task' : `${task.id} ${facts.title}`) : why;
  return (
    <div className={styles.body}>
      <p className={styles.tileLine}>
        <span className={styles.line} title={`${text}\n${activityLine(facts.activity) ?? ''}`.trim()}>
          {text}
        </span>
        <HeartbeatAge agentId={agent.id} className={styles.beat} />
      </p>
      {task !== undefined && (
        <ProgressBar
          label={`${task.id} progress`}
          value={task.progressAt === undefined ? null : task.progress}
          size="thin"
        />
      )}
    </div>
  );
}
