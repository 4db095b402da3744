import type { CommandInput } from '@signalbox/shared/commands';
import type { QuestionRecord } from '@signalbox/shared/records/question';
import { isObject } from './answer.ts';
import { SignalboxError } from './errors.ts';
import type { Requests } from './requests.ts';

export interface AskOptions {
  /** 2–12 answers to choose from. */
  options?: string[];
  /** What the hub answers at the deadline. Without a deadline the question stays open. */
  default?: string;
  deadlineMs?: number;
  /** The agent cannot go on without the answer. */
  blocking?: boolean;
  taskId?: string;
  /** Aborted: the question is withdrawn. */
  signal?: AbortSignal;
}
export type Answer = NonNullable<QuestionRecord['answer']>;

interface Open {
  settle(question: QuestionRecord): void;
  fail(error: unknown): void;
}

const isQuestion = (value: unknown): value is QuestionRecord =>
  isObject(value) && typeof value.id === 'string' && typeof value.state === 'string';

/** Questions to people that are not answered yet. */
export class Questions {
  readonly #requests: Requests;
  readonly #open = new Map<string, Open>();
  /** Answers that overtook the answer to `question.ask`. */
  readonly #early = new Map<string, QuestionRecord>();

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  async ask(body: string, { signal, ...rest }: AskOptions = {}): Promise<Answer> {
    const input: CommandInput<'question.ask'> = { body, ...rest };
    const { questionId } = await this.#requests.send('question.ask', input, signal === undefined ? {} : { signal });
    let end = (): void => undefined;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const withdrawn = (): void => {
          this.#requests.send('question.withdraw', { questionId }).catch(() => undefined);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', withdrawn);
        end = () => signal?.removeEventListener('abort', withdrawn);
        this.#open.set(questionId, {
          settle: ({ answer }) =>
            answer === undefined
              ? reject(
                  new SignalboxError({ code: 'INVALID_STATE', message: `The question ${questionId} was withdrawn.` }),
                )
              : resolve(answer),
          fail: reject,
        });
        const early = this.#early.get(questionId);
        if (early !== undefined) this.#settle(early);
        if (signal?.aborted === true) withdrawn();
      });
    } finally {
      this.#open.delete(questionId);
      this.#early.delete(questionId);
      end();
    }
  }

  /** Server → agent frames about questions; true when it was one. */
  event(name: string, payload: unknown): boolean {
    if (name !== 'question.answered' || !isObject(payload) || !isQuestion(payload.question)) return false;
    if (this.#open.has(payload.question.id)) this.#settle(payload.question);
    else this.#early.set(payload.question.id, payload.question);
    return true;
  }

  /** After every welcome: what was answered meanwhile. */
  async reconcile(): Promise<void> {
    for (const questionId of [...this.#open.keys()]) {
      const before = `Q-${Number(questionId.slice(2)) - 1}`;
      const { questions } = await this.#requests.send('question.list', { after: before, limit: 1 });
      const found = questions.find(({ id }) => id === questionId);
      if (found !== undefined && found.state !== 'open') this.#settle(found);
    }
  }

  failAll(error: unknown): void {
    for (const open of this.#open.values()) open.fail(error);
  }

  #settle(question: QuestionRecord): void {
    this.#open.get(question.id)?.settle(question);
  }
}
