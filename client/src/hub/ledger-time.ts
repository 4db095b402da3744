import type { BeatFrame } from '@signalbox/shared/protocol';
import { formatDuration } from './format.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** `41 s`, `1 m 35 s`, then like any duration: what runs out soon is read to the second. */
export function formatCountdown(ms: number): string {
  if (ms < MINUTE || ms >= HOUR) return formatDuration(ms);
  const seconds = Math.floor((ms % MINUTE) / SECOND);
  return `${Math.floor(ms / MINUTE)} m${seconds === 0 ? '' : ` ${String(seconds).padStart(2, '0')} s`}`;
}

/** Milliseconds until a time of the ledger clock, seen from server time `now`; null before the first beat. */
export function untilLedgerClock(
  clock: number,
  beat: Pick<BeatFrame, 'clock' | 'serverTime'> | null,
  now: number,
): number | null {
  return beat === null ? null : clock - (beat.clock + Math.max(0, now - beat.serverTime));
}
