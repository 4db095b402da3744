import { askedFields, type Said, saidFields } from './facts.ts';
import type { Operation, Repeat, Try } from './history.ts';
import type { AgainLine, AnswerLine, CallLine, GoneLine } from './line.ts';

type RequestLine = CallLine | AgainLine | AnswerLine | GoneLine;

/** What was written of one request, maybe in several files: a later life may send again what an earlier one has sent. */
interface Request {
  operation?: Operation;
  marks: Mark[];
}

type Mark =
  | { at: number; what: 'sent'; hub?: string }
  | { at: number; what: 'gone'; how: 'connection' | 'patience' }
  | { at: number; what: 'said'; said: Said }
  | { at: number; what: 'refused'; code: string };

/** A try may have had its effect all the same. */
const UNKNOWN_OUTCOME = 'TIMEOUT';

export class OperationJoiner {
  readonly #requests = new Map<string, Request>();

  add(line: RequestLine): void {
    const request = this.#requests.get(line.id) ?? { marks: [] };
    this.#requests.set(line.id, request);
    request.marks.push(markOf(line));
    if (line.k !== 'call') return;
    if (request.operation !== undefined) throw new Error(`two calls have the requestId ${line.id}`);
    const { id, agent, life, command, input, at } = line;
    const asked = askedFields.parse(input);
    request.operation = { id, agent, life, command, asked, calledAt: at, tries: [], outcome: 'unknown' };
  }

  find(id: string): Operation | undefined {
    return this.#requests.get(id)?.operation;
  }

  /** In the order of their calls. Nothing can be added any more. */
  operations(): Operation[] {
    const operations: Operation[] = [];
    for (const [id, { operation, marks }] of this.#requests) {
      if (operation === undefined) throw new Error(`the request ${id} was never called`);
      settle(operation, marks.splice(0));
      operations.push(operation);
    }
    return operations.sort((a, b) => a.calledAt - b.calledAt);
  }
}

function markOf(line: RequestLine): Mark {
  const { at } = line;
  if (line.k === 'call' || line.k === 'again')
    return { at, what: 'sent', ...(line.hub !== undefined && { hub: line.hub }) };
  if (line.k === 'gone') return { at, what: 'gone', how: line.why };
  const { answer } = line;
  return answer.ok
    ? { at, what: 'said', said: saidFields.parse(answer) }
    : { at, what: 'refused', code: answer.error.code };
}

function settle(operation: Operation, marks: Mark[]): void {
  let unsure = false;
  for (const mark of marks.sort((a, b) => a.at - b.at)) {
    if (operation.said !== undefined) {
      operation.repeats ??= [];
      repeat(operation.repeats, mark);
      continue;
    }
    if (mark.what === 'sent') {
      operation.tries.push(sent(mark));
      continue;
    }
    end(operation.tries, mark.at, mark.what === 'gone' ? mark.how : 'answer');
    if (mark.what === 'said') {
      operation.said = mark.said;
      operation.answeredAt = mark.at;
    } else if (mark.what === 'refused') operation.code = mark.code;
    unsure ||= mark.what === 'gone' || (mark.what === 'refused' && mark.code === UNKNOWN_OUTCOME);
  }
  unsure ||= operation.tries.some(({ how }) => how === 'open');
  if (operation.said !== undefined) operation.outcome = 'ok';
  else if (!unsure && operation.code !== undefined) operation.outcome = 'refused';
}

const sent = ({ at, hub }: { at: number; hub?: string }): Try => ({
  from: at,
  how: 'open',
  ...(hub !== undefined && { hub }),
});

function repeat(repeats: Repeat[], mark: Mark): void {
  if (mark.what === 'sent') {
    repeats.push(sent(mark));
    return;
  }
  const ended = end(repeats, mark.at, mark.what === 'gone' ? mark.how : 'answer');
  if (ended === undefined) return;
  if (mark.what === 'said') ended.said = mark.said;
  else if (mark.what === 'refused') ended.code = mark.code;
}

function end<T extends Try>(tries: T[], at: number, how: Try['how']): T | undefined {
  const open = tries.findLast((one) => one.how === 'open');
  if (open === undefined) return undefined;
  open.to = at;
  open.how = how;
  return open;
}
