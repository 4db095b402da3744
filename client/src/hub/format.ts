/** Words for people. What is not known is a dash, never a zero. */
export const UNKNOWN = '—';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const pad = (value: number): string => String(value).padStart(2, '0');

/** `< 1 s`, `4 s`, `12 m`, `1 h 04 m`, `3 d 2 h`: two units at most, none below a second. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === undefined || ms === null || !Number.isFinite(ms)) return UNKNOWN;
  const rest = Math.max(0, ms);
  if (rest < SECOND) return '< 1 s';
  if (rest < MINUTE) return `${Math.floor(rest / SECOND)} s`;
  if (rest < HOUR) return `${Math.floor(rest / MINUTE)} m`;
  if (rest < DAY) return `${Math.floor(rest / HOUR)} h ${pad(Math.floor((rest % HOUR) / MINUTE))} m`;
  return `${Math.floor(rest / DAY)} d ${Math.floor((rest % DAY) / HOUR)} h`;
}

export interface AgeOptions {
  /** The picture stands still: the age is at least this. */
  frozen?: boolean;
}

/** How long ago, `now` being server time. */
export function formatAge(at: number | null | undefined, now: number, options: AgeOptions = {}): string {
  if (at === undefined || at === null || now === 0) return UNKNOWN;
  if (options.frozen !== true) return formatDuration(now - at);
  return `≥ ${now - at < SECOND ? '0 s' : formatDuration(now - at)}`;
}

/** `14:02:34`, local time. */
export function formatTime(at: number | null | undefined): string {
  if (at === undefined || at === null || at === 0) return UNKNOWN;
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** `14:02`, local time. */
export const formatMinute = (at: number | null | undefined): string => {
  const time = formatTime(at);
  return time === UNKNOWN ? UNKNOWN : time.slice(0, 5);
};

/** Date and time for tooltips: `2026-03-04 14:02:34`, local time. */
export function formatDateTime(at: number | null | undefined): string {
  if (at === undefined || at === null || at === 0) return UNKNOWN;
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${formatTime(at)}`;
}

export function formatNumber(value: number | null | undefined): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return UNKNOWN;
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
}

export const formatPercent = (value: number | null | undefined): string =>
  value === undefined || value === null ? UNKNOWN : `${Math.round(value)} %`;

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === undefined || bytes === null || !Number.isFinite(bytes)) return UNKNOWN;
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < BYTE_UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${BYTE_UNITS[unit]}`;
}

/** `1 agent`, `3 agents`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;
