import { z } from 'zod';
import { command } from '../command.ts';

export const HEALTH_WORDS = ['HEALTHY', 'WARNING', 'DEGRADED', 'FAIL'] as const;

export const healthGet = command({
  name: 'health.get',
  summary: 'The health score with its deductions; no score without agents and tasks.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({}),
  output: z.object({
    score: z.number().nullable(),
    word: z.enum(HEALTH_WORDS).nullable(),
    deductions: z.array(
      z.object({
        code: z.string(),
        points: z.number(),
        level: z.enum(['warn', 'fail']),
        summary: z.string(),
        subjects: z.array(z.object({ kind: z.string(), id: z.string() })),
      }),
    ),
  }),
  examples: [{ as: 'human', input: {}, output: { score: 100, word: 'HEALTHY', deductions: [] } }],
});
export type Health = z.infer<typeof healthGet.output>;

/** Ranges and the width of one bucket: 180 of them make the range. */
export const METRIC_RANGES = { '15m': 5_000, '1h': 20_000, '6h': 120_000, '24h': 480_000 } as const;
export type MetricRange = keyof typeof METRIC_RANGES;

/** Every series the hub keeps; `gauge` series have the value at the end of a bucket, `count` what happened in it. */
export const SERIES = {
  'agents.working': 'gauge',
  'agents.idle': 'gauge',
  'agents.waiting': 'gauge',
  'agents.asking': 'gauge',
  'agents.paused': 'gauge',
  'agents.late': 'gauge',
  'agents.lost': 'gauge',
  'tasks.total': 'gauge',
  'tasks.finished': 'gauge',
  'tasks.queued': 'gauge',
  'tasks.oldestWaitMs': 'gauge',
  'tasks.created': 'count',
  'tasks.completed': 'count',
  'tasks.failed': 'count',
  'tasks.retried': 'count',
  'locks.held': 'gauge',
  'locks.waiting': 'gauge',
  'health.score': 'gauge',
  'hub.transactions': 'count',
} as const;
export type SeriesName = keyof typeof SERIES;
const seriesName = z.enum(Object.keys(SERIES) as [SeriesName, ...SeriesName[]]);
const rangeName = z.enum(Object.keys(METRIC_RANGES) as [MetricRange, ...MetricRange[]]);

export const metricsQuery = command({
  name: 'metrics.query',
  summary: 'Read series as 180 buckets; null where nothing was measured. The last bucket is still open.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ series: z.array(seriesName).min(1).max(32), range: rangeName }),
  output: z.object({
    range: rangeName,
    bucketMs: z.int(),
    /** Wall-clock start of the first bucket. */
    fromAt: z.int(),
    series: z.record(z.string(), z.array(z.number().nullable())),
    /** When a hub process started, for markers. */
    restarts: z.array(z.int()),
  }),
  examples: [
    { as: 'human', input: { series: ['agents.idle'], range: '15m' }, output: { range: '15m', bucketMs: 5_000 } },
  ],
});
