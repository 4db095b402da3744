import type { History } from '../history/history.ts';
import type { PictureLine } from '../history/line.ts';
import { once } from './once.ts';
import type { Violation } from './violation.ts';

/** What somebody showed at a seq is what everybody else showed at it. */
export const checkPictures = (history: History): Violation[] => compared(history).violations;

/** How many pictures stood beside another one of the same moment. */
export const picturesCompared = (history: History): number => compared(history).count;

const compared = once(({ pictures }: History): { violations: Violation[]; count: number } => {
  const violations: Violation[] = [];
  const first = new Map<string, PictureLine>();
  let count = 0;
  for (const picture of pictures) {
    const { epoch, seq, whose, digest, at } = picture;
    const known = first.get(`${epoch} ${seq}`);
    if (known === undefined) {
      first.set(`${epoch} ${seq}`, picture);
      continue;
    }
    count++;
    if (known.digest !== digest)
      violations.push({
        rule: 'pictures',
        text: `at seq ${seq} of epoch ${epoch} the ${whose} has the digest ${digest} and the ${known.whose} ${known.digest}`,
        at,
      });
  }
  return { violations, count };
});
