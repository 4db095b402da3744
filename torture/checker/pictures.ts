import { type History, hasLog } from '../history/history.ts';
import type { PictureLine } from '../history/line.ts';
import { once } from './once.ts';
import type { Violation } from './violation.ts';

/** What somebody showed at a seq is what everybody else showed at it, and the log has been there. */
export const checkPictures = (history: History): Violation[] => [
  ...compared(history).violations,
  ...withoutState(history),
];

/** How many pictures stood beside another one of the same moment. */
export const picturesCompared = (history: History): number => compared(history).count;

/** How many pictures of control rooms stood beside what the auditor made of the log. */
export const picturesByLog = (history: History): number => compared(history).byLog;

interface Compared {
  violations: Violation[];
  count: number;
  byLog: number;
}

/** Several lines of the same moment: the first of each kind is compared with all that come after it. */
interface Moment {
  first: PictureLine;
  watched: number;
  audited: boolean;
}

const compared = once(({ pictures }: History): Compared => {
  const violations: Violation[] = [];
  const moments = new Map<string, Moment>();
  let count = 0;
  for (const picture of pictures) {
    const { epoch, seq, whose, digest, at } = picture;
    const known = moments.get(`${epoch} ${seq}`);
    const moment = known ?? { first: picture, watched: 0, audited: false };
    if (whose === 'auditor') moment.audited = true;
    else if (whose === 'watcher') moment.watched += 1;
    if (known === undefined) {
      moments.set(`${epoch} ${seq}`, moment);
      continue;
    }
    count++;
    if (known.first.digest !== digest)
      violations.push({
        rule: 'pictures',
        text: `at seq ${seq} of epoch ${epoch} the ${whose} has the digest ${digest} and the ${known.first.whose} ${known.first.digest}`,
        at,
      });
  }
  const byLog = [...moments.values()].reduce((sum, { watched, audited }) => sum + (audited ? watched : 0), 0);
  return { violations, count, byLog };
});

/**
 * States that were shown and that the log never had. A new epoch begins with the last state of the one before it. What
 * lies behind the end of what was read of the log is judged only where it was read to its end afterwards.
 */
function withoutState(history: History): Violation[] {
  if (!hasLog(history)) return [];
  const { pictures, transactions, rereads } = history;
  const readAt = Math.max(Number.NEGATIVE_INFINITY, ...rereads.map(({ at }) => at));
  const violations: Violation[] = [];
  for (const { whose, epoch, seq, at } of pictures) {
    const index = countUpTo(transactions, { epoch, seq });
    const newest = transactions[index - 1]?.seq ?? 0;
    if (newest === seq || (seq > newest && index === transactions.length && at > readAt)) continue;
    violations.push({
      rule: 'pictures',
      text: `the ${whose} shows seq ${seq} of epoch ${epoch}, where the log never was: what it has up to there ends with seq ${newest}`,
      at,
    });
  }
  return violations;
}

type Place = Pick<PictureLine, 'epoch' | 'seq'>;

/** How many of these, in their order, are not after a place. */
function countUpTo(places: readonly Place[], { epoch, seq }: Place): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const place = places[middle];
    if (place === undefined) break;
    if (place.epoch < epoch || (place.epoch === epoch && place.seq <= seq)) low = middle + 1;
    else high = middle;
  }
  return low;
}
