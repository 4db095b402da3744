import type { AlarmCode } from '@signalbox/shared/alarms';
import { ALARMS } from '@signalbox/shared/alarms';
import type { HistoryLine } from './history-lines.ts';

const TEN_MINUTES_MS = 10 * 60_000;

export interface Rate {
  count: number;
  /** On average over the window. */
  perTenMinutes: number;
}

export interface AlarmKpis {
  all: Rate;
  /** The most within any ten minutes. */
  peak: number;
  byCode: ReadonlyMap<AlarmCode, Rate>;
  /** Raised, by priority 1, 2, 3. */
  split: readonly [number, number, number];
}

/** The fullest stretch of ten minutes; `times` newest first. */
function peakOf(times: readonly number[]): number {
  let most = 0;
  let newest = 0;
  times.forEach((at, i) => {
    while ((times[newest] ?? at) - at > TEN_MINUTES_MS) newest++;
    most = Math.max(most, i - newest + 1);
  });
  return most;
}

/** Measured from what was raised within the window that ends now. */
export function alarmKpis(lines: readonly HistoryLine[], window: { now: number; ms: number }): AlarmKpis {
  const raised = lines.filter(({ what, at }) => what === 'raised' && at > window.now - window.ms);
  const rate = (count: number): Rate => ({ count, perTenMinutes: (count * TEN_MINUTES_MS) / window.ms });
  const counts = new Map<AlarmCode, number>();
  const split: [number, number, number] = [0, 0, 0];
  for (const { code } of raised) {
    if (code === undefined) continue;
    counts.set(code, (counts.get(code) ?? 0) + 1);
    const at = ALARMS[code].priority - 1;
    if (at === 0 || at === 1 || at === 2) split[at] += 1;
  }
  return {
    all: rate(raised.length),
    peak: peakOf(raised.map(({ at }) => at)),
    byCode: new Map([...counts].map(([code, count]) => [code, rate(count)])),
    split,
  };
}

/** `0.6`, `< 0.1`, `12` */
export const rateWords = (value: number): string =>
  value === 0 ? '0' : value < 0.1 ? '< 0.1' : value.toFixed(value < 10 ? 1 : 0);
