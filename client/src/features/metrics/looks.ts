import type { MetricRange, SeriesName } from '@signalbox/shared/commands/health';
import type { SeriesLook } from '../../ui/charts/time-series.ts';

/** A look whose key is a series of the hub. */
type Look = SeriesLook & { key: SeriesName };

const INK = 'var(--series-1)';
const GREY = 'var(--series-2)';

/** From the ground up: what is normal in grey steps, the abnormal on top in its hue. */
export const AGENT_LOOKS: readonly Look[] = [
  { key: 'agents.working', label: 'working', stroke: GREY, fillOpacity: 0.7 },
  { key: 'agents.waiting', label: 'waiting', stroke: GREY, fillOpacity: 0.4 },
  { key: 'agents.idle', label: 'idle', stroke: GREY, fillOpacity: 0.12 },
  { key: 'agents.paused', label: 'paused', stroke: GREY, striped: true },
  { key: 'agents.asking', label: 'asking', stroke: 'var(--ask-text)', fill: 'var(--ask-fill)' },
  { key: 'agents.late', label: 'late', stroke: 'var(--p2-text)', fill: 'var(--p2-fill)' },
  { key: 'agents.lost', label: 'lost', stroke: 'var(--p1-text)', fill: 'var(--p1-fill)' },
];

export const THROUGHPUT_LOOKS: readonly Look[] = [
  { key: 'tasks.completed', label: 'done', stroke: INK },
  { key: 'tasks.failed', label: 'failed', stroke: 'var(--p1-text)', fill: 'var(--p1-fill)' },
];

export const BURN_UP_LOOKS: readonly Look[] = [
  { key: 'tasks.finished', label: 'finished', stroke: INK },
  { key: 'tasks.total', label: 'total', stroke: GREY, dashed: true },
];

export const QUEUE_LOOKS: readonly Look[] = [{ key: 'tasks.queued', label: 'waiting to be given out', stroke: INK }];
export const OLDEST_LOOKS: readonly Look[] = [{ key: 'tasks.oldestWaitMs', label: 'oldest wait', stroke: INK }];
export const HEALTH_LOOKS: readonly Look[] = [{ key: 'health.score', label: 'score', stroke: INK }];

export const LOCK_LOOKS: readonly Look[] = [
  { key: 'locks.waiting', label: 'claims that wait', stroke: INK },
  { key: 'locks.held', label: 'locks held', stroke: GREY, dashed: true },
];

export const SHOWN_SERIES: SeriesName[] = [
  ...AGENT_LOOKS,
  ...THROUGHPUT_LOOKS,
  ...BURN_UP_LOOKS,
  ...QUEUE_LOOKS,
  ...OLDEST_LOOKS,
  ...HEALTH_LOOKS,
  ...LOCK_LOOKS,
].map((look) => look.key);

export const RANGES = ['15m', '1h', '6h', '24h'] as const satisfies readonly MetricRange[];

/** Width of a bucket. Written out because the hub's own table comes with the schemas, which stay out of the browser. */
export const BUCKET_MS: Record<MetricRange, number> = { '15m': 5_000, '1h': 20_000, '6h': 120_000, '24h': 480_000 };
/** On long ranges the open bucket would stand still for minutes. */
const SLOWEST_REFRESH_MS = 20_000;
/** As often as a bucket closes, and never more than once a second. */
export const refreshEveryMs = (range: MetricRange): number =>
  Math.max(1_000, Math.min(BUCKET_MS[range], SLOWEST_REFRESH_MS));
