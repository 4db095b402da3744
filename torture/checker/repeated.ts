import { type History, hasLog, type Operation, type Repeat } from '../history/history.ts';
import { writes } from './acknowledged.ts';
import { effectsOf } from './effects.ts';
import { isBy } from './place.ts';
import { type Violation, when } from './violation.ts';

/** A requestId is remembered for so long. */
const REMEMBERED_MS = 10 * 60_000;
/** Not looked at, or by a hub that has to be asked again: says nothing about the request. */
const NOT_ANSWERED: ReadonlySet<string> = new Set([
  'TIMEOUT',
  'STORAGE_UNAVAILABLE',
  'OVERLOADED',
  'RATE_LIMITED',
  'SUPERSEDED',
]);

/**
 * The same request again has the same answer, but for the seq, which is of the moment. That holds for what has changed
 * something: what has not is not remembered, and decided anew. That it has one effect is another rule's.
 */
export function checkRepeated(history: History): Violation[] {
  const isRemembered = remembered(history);
  return history.operations.flatMap((operation) => {
    if (operation.repeats === undefined || !isRemembered(operation)) return [];
    return operation.repeats.flatMap((repeat) => {
      const wrong = wrongIn(operation, repeat);
      if (wrong === undefined) return [];
      const { command, id, agent, answeredAt = operation.calledAt } = operation;
      const text = `${command} ${id} of ${agent}, answered ok at ${when(answeredAt)}, was sent again at ${when(repeat.from)} and ${wrong}`;
      return [{ rule: 'repeated' as const, text, at: repeat.from }];
    });
  });
}

/** How many of them were answered. */
export const repeatsAnswered = ({ operations }: History): number =>
  operations.reduce((sum, { repeats = [] }) => sum + repeats.filter(({ said }) => said !== undefined).length, 0);

function remembered(history: History): (operation: Operation) => boolean {
  const effects = effectsOf(history);
  // Without the log, of some nobody knows whether anything was left to change.
  return hasLog(history)
    ? ({ id, said }) => {
        const tx = effects.get(id);
        return tx !== undefined && said !== undefined && isBy(tx, said);
      }
    : (operation) => writes(operation) && !MAY_BE_SO_ALREADY.has(operation.command);
}

const MAY_BE_SO_ALREADY: ReadonlySet<string> = new Set(['message.ack', 'task.start', 'task.assign']);

function wrongIn({ calledAt, said: first }: Operation, { to, said, code }: Repeat): string | undefined {
  if (first === undefined || to === undefined || to - calledAt >= REMEMBERED_MS) return undefined;
  if (code !== undefined) return NOT_ANSWERED.has(code) ? undefined : `refused ${code}`;
  if (said === undefined) return undefined;
  if (!isBy(first, said))
    return `answered at seq ${said.seq} of epoch ${said.epoch}, which is older than seq ${first.seq} of epoch ${first.epoch}`;
  const [before, after] = [withoutPlace(first), withoutPlace(said)];
  return before === after ? undefined : `answered ${after}, and not ${before}`;
}

/** Answers are read field by field, always in the same order. */
const withoutPlace = ({ epoch: _epoch, seq: _seq, ...rest }: NonNullable<Operation['said']>): string =>
  JSON.stringify(rest);
