const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720].map((minutes) => minutes * MINUTE);

/** At most `most` round times within a range. Steps count from local midnight, so that 4-hour marks read 04:00, 08:00. */
export function timeTicks(fromAt: number, toAt: number, most: number): number[] {
  const step = TIME_STEPS.find((candidate) => (toAt - fromAt) / candidate <= most) ?? DAY;
  const offset = new Date(fromAt).getTimezoneOffset() * MINUTE;
  const ticks: number[] = [];
  for (let at = Math.ceil((fromAt - offset) / step) * step + offset; at <= toAt && ticks.length < most; at += step)
    ticks.push(at);
  return ticks;
}

const ROUND = [1, 2, 2.5, 5, 10] as const;
const VALUE_STEPS = 4;

/** Round whole numbers from 0 to at least `top`, in at most four steps. */
export function valueTicks(top: number): number[] {
  const wanted = Math.max(1, top / VALUE_STEPS);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = ROUND.map((factor) => factor * power).find((round) => round >= wanted && Number.isInteger(round));
  return multiples(step ?? Math.ceil(wanted), top);
}

/** No step of 30 s: in words that are whole minutes, 1 m 30 s would read like 1 m. */
const DURATION_STEPS = [1_000, 2_000, 5_000, 10_000, 15_000, ...TIME_STEPS];

/** Milliseconds from 0 to at least `top`, at whole seconds, minutes or hours. */
export function durationTicks(top: number): number[] {
  const step =
    DURATION_STEPS.find((candidate) => top / candidate <= VALUE_STEPS) ?? Math.ceil(top / VALUE_STEPS / DAY) * DAY;
  return multiples(step, top);
}

const multiples = (step: number, top: number): number[] =>
  Array.from({ length: Math.max(1, Math.ceil(top / step)) + 1 }, (_, i) => i * step);
