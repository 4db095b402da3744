import type { MetricRange } from '@signalbox/shared/commands/health';
import { formatDuration, formatNumber, formatTime, plural } from '../../hub/format.ts';
import { useConn } from '../../hub/use-hub.ts';
import { useParam } from '../../hub/use-param.ts';
import { Button } from '../../ui/button.tsx';
import { ChartGrid } from '../../ui/charts/chart-grid.tsx';
import { TimeChart } from '../../ui/charts/time-chart.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Deductions } from './deductions.tsx';
import {
  AGENT_LOOKS,
  BUCKET_MS,
  BURN_UP_LOOKS,
  HEALTH_LOOKS,
  LOCK_LOOKS,
  OLDEST_LOOKS,
  QUEUE_LOOKS,
  RANGES,
  THROUGHPUT_LOOKS,
} from './looks.ts';
import styles from './metrics-page.module.css';
import { RunningTasks } from './running-tasks.tsx';
import { useMetrics } from './use-metrics.ts';

const RANGE_OPTIONS = RANGES.map((key) => ({ key, label: key }));
const FORMS = ['charts', 'table'] as const;
const HEALTH_MAX = 100;

function Charts({ range, asTable }: { range: MetricRange; asTable: boolean }) {
  const { series, restarts, error, reload } = useMetrics(range);
  const count = { series, markers: restarts, format: formatNumber, asTable };
  return (
    <>
      {error !== null && (
        <p className={styles.error} role="alert">
          {error.message} <Button onClick={reload}>Retry</Button>
        </p>
      )}
      {restarts.length > 0 && (
        <p className={styles.note}>
          ┊ {plural(restarts.length, 'start')} of the hub in this range: {restarts.map(formatTime).join(', ')}
        </p>
      )}
      <ChartGrid>
        <Panel title="Agents by state" testId="chart-agents">
          <TimeChart {...count} label="Agents by state" form="areas" looks={AGENT_LOOKS} />
        </Panel>
        <Panel title={`Throughput in ${range}`} testId="chart-throughput">
          <TimeChart {...count} label="Tasks done and failed" form="bars" looks={THROUGHPUT_LOOKS} />
        </Panel>
        <Panel title="Task progress" testId="chart-progress">
          <TimeChart {...count} label="Tasks finished and in total" form="lines" looks={BURN_UP_LOOKS} />
        </Panel>
        <div className={styles.wide}>
          <Panel title="Running now" testId="running-tasks">
            <RunningTasks />
          </Panel>
        </div>
        <Panel title="Queue depth" testId="chart-queue">
          <TimeChart {...count} label="Tasks that wait to be given out" form="lines" looks={QUEUE_LOOKS} />
        </Panel>
        <Panel title="Oldest wait" testId="chart-oldest">
          <TimeChart
            {...count}
            label="How long the oldest task has waited"
            form="lines"
            looks={OLDEST_LOOKS}
            axis="duration"
            format={formatDuration}
          />
        </Panel>
        <Panel title="Lock waits" testId="chart-locks">
          <TimeChart {...count} label="Claims that wait and locks held" form="lines" looks={LOCK_LOOKS} />
        </Panel>
        <Panel title="Health" testId="chart-health">
          <TimeChart {...count} label="Health score" form="lines" looks={HEALTH_LOOKS} max={HEALTH_MAX} />
        </Panel>
        <Panel title="What the score is made of">
          <Deductions />
        </Panel>
      </ChartGrid>
    </>
  );
}

/** Series as the hub kept them; a tab opened later shows the same past. */
export function MetricsPage() {
  const [range, setRange] = useParam('range', RANGES);
  const [form, setForm] = useParam('view', FORMS);
  const live = useConn((conn) => conn.live);
  const table = form === 'table';
  return (
    <div className={styles.page} data-testid="metrics-page">
      <div className={styles.bar}>
        <Choice label="Range" options={RANGE_OPTIONS} value={range} onChange={setRange} />
        <Button aria-pressed={table} onClick={() => setForm(table ? 'charts' : 'table')}>
          View as table
        </Button>
        <span className={styles.note}>
          {formatDuration(BUCKET_MS[range])} a step, the last one still open. {live ? '' : 'Not updating.'}
        </span>
      </div>
      {/* Another range is another picture: nothing of the former one may stay under its name. */}
      <Charts key={range} range={range} asTable={table} />
    </div>
  );
}
