import { Age } from '../../hub/age.tsx';
import { formatNumber } from '../../hub/format.ts';
import { HeartbeatAge } from '../../hub/heartbeat-age.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './cell.module.css';
import { roleWord } from './floor-model.ts';
import { type AgentFacts, activityLine } from './use-agent.ts';

/** A score of few tasks says nothing. */
const SCORE_FROM = 5;

function Work({ facts }: { facts: AgentFacts }) {
  const { task, agent, moreTasks, why } = facts;
  const activity = activityLine(facts.activity);
  return (
    <>
      {task === undefined ? (
        <p className={styles.quiet}>
          {agent.taskIds[0] ?? 'no task'}, for <Age at={agent.stateAt} />
        </p>
      ) : (
        <p className={styles.title} title={facts.title}>
          <span className={styles.mono}>{task.id}</span> {facts.title}
          {moreTasks > 0 && <span className={styles.quiet}> +{moreTasks}</span>}
        </p>
      )}
      <p className={styles.line} title={why ?? activity ?? undefined}>
        {why ?? activity ?? ' '}
      </p>
      {task !== undefined && (
        <div className={styles.progress}>
          <ProgressBar
            label={`${task.id} progress`}
            value={task.progressAt === undefined ? null : task.progress}
            size="thin"
          />
          <span className={styles.percent}>
            {task.progressAt === undefined ? '—' : `${Math.round(task.progress)} %`}
          </span>
        </div>
      )}
    </>
  );
}

export function CardBody({ facts, withRole }: { facts: AgentFacts; withRole: boolean }) {
  const { agent, files } = facts;
  return (
    <div className={styles.body}>
      {withRole && <p className={styles.role}>{roleWord(agent.role)}</p>}
      <Work facts={facts} />
      <p className={styles.foot}>
        <span>files {files}</span>
        <span>done {formatNumber(agent.doneLast24h)}</span>
        {agent.score.value !== null && agent.score.n >= SCORE_FROM && (
          <span title={`from ${agent.score.n} tasks`}>
            score {formatNumber(agent.score.value)} ({agent.score.n})
          </span>
        )}
        <HeartbeatAge agentId={agent.id} prefix="hb " className={styles.beat} />
      </p>
    </div>
  );
}
