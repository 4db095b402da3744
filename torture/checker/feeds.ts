import type { History, Span } from '../history/history.ts';
import type { FeedLine } from '../history/line.ts';
import { type Violation, when } from './violation.ts';

/** What is missing is noticed and mended in so long. */
const MENDED_WITHIN_MS = 2_000;
/** That it is mended shows at a beat. */
const BEAT_EVERY_MS = 2_000;
/** On a busy machine hubs that are well, and who follows them, stand still for moments. */
const MARGIN_MS = 3_000;
/** After harm: connections come back, and snapshots are loaded. */
const GRACE_MS = 3_000;

/**
 * A control room that is connected is level with its hub again soon. Only the time counts in which hubs, Redis and what
 * is between them were well, and had been for a moment; where nobody knows that, nothing is judged.
 */
export function checkFeeds({ feeds, peace }: History): Violation[] {
  const allowed = MENDED_WITHIN_MS + BEAT_EVERY_MS + MARGIN_MS;
  const wells = peace.map(({ from, to = Number.POSITIVE_INFINITY }) => ({ from: from + GRACE_MS, to }));
  const violations: Violation[] = [];
  for (const { line, to } of timesBehind(feeds)) {
    const behind = wellBetween(wells, line.at, to);
    if (behind <= allowed) continue;
    violations.push({
      rule: 'feeds',
      text: `${line.watcher} was behind its hub from ${when(line.at)} to ${when(to)}, ${Math.round(behind)} ms of it while all hubs and Redis were well; it stood at seq ${line.seq} of epoch ${line.epoch}`,
      at: line.at,
    });
  }
  return violations;
}

/** How often a control room was level after it had not been. */
export const feedsMended = ({ feeds }: Pick<History, 'feeds'>): number =>
  feeds.reduce((sum, { stands }) => sum + (stands === 'level' ? 1 : 0), 0);

/** While a connection lasted; what was still so when nobody wrote any more is left out. */
function timesBehind(feeds: readonly FeedLine[]): { line: FeedLine; to: number }[] {
  const open = new Map<string, FeedLine>();
  const times: { line: FeedLine; to: number }[] = [];
  for (const line of feeds) {
    const before = open.get(line.watcher);
    if (before !== undefined) times.push({ line: before, to: line.at });
    if (line.stands === 'behind') open.set(line.watcher, line);
    else open.delete(line.watcher);
  }
  return times;
}

const wellBetween = (wells: readonly Required<Span>[], from: number, to: number): number =>
  wells.reduce((sum, well) => sum + Math.max(0, Math.min(to, well.to) - Math.max(from, well.from)), 0);
