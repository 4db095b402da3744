import { isRefusal, refuse } from '@signalbox/shared/errors';
import type { QuestionRecord } from '@signalbox/shared/records/question';
import { ASK_LATE_MS, CLOCK_MARGIN_MS } from '@signalbox/shared/time';
import { clearAlarm, raiseAlarm } from './alarms.ts';
import type { Context, DecisionOf } from './decision.ts';
import { callingAgent } from './fence.ts';
import { nextId } from './numbers.ts';
import type { Draft } from './view.ts';

export const decideAsk: DecisionOf<'question.ask'> = (draft, input, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  if (input.taskId !== undefined && draft.get('task', input.taskId) === undefined)
    return refuse('BAD_INPUT', `taskId: there is no task ${input.taskId}.`, { details: { field: 'taskId' } });
  const { body, options, default: fallback, taskId, deadlineMs } = input;
  const question = draft.put({
    kind: 'question',
    id: nextId(draft, 'Q'),
    from: agent.id,
    state: 'open',
    body,
    options,
    default: fallback,
    blocking: input.blocking ?? false,
    taskId,
    deadlineClock: deadlineMs === undefined ? undefined : context.clock + deadlineMs + CLOCK_MARGIN_MS,
    deadlineAt: deadlineMs === undefined ? undefined : context.at + deadlineMs,
    lateClock: context.clock + ASK_LATE_MS + CLOCK_MARGIN_MS,
    at: context.at,
  });
  return { questionId: question.id };
};

const find = (draft: Draft, questionId: string) => {
  const question = draft.get('question', questionId);
  if (question === undefined) return refuse('NOT_FOUND', `There is no question ${questionId}.`);
  if (question.state === 'open') return question;
  const by =
    question.answer === undefined ? '' : ` by ${question.answer.by}: ${question.answer.choice ?? question.answer.body}`;
  return refuse('INVALID_STATE', `${questionId} was ${question.state}${by}.`, {
    details: { state: question.state, answer: question.answer },
  });
};

export const decideAnswer: DecisionOf<'question.answer'> = (draft, { questionId, choice, body }, context) => {
  const question = find(draft, questionId);
  if (isRefusal(question)) return question;
  if (choice !== undefined && question.options !== undefined && !question.options.includes(choice))
    return refuse(
      'BAD_INPUT',
      `choice: ${questionId} offers ${question.options.join(', ')}; other words go into body.`,
      { details: { field: 'choice' } },
    );
  return { question: answerQuestion(draft, question, { choice, body }, context) };
};

export const decideWithdraw: DecisionOf<'question.withdraw'> = (draft, { questionId }, context) => {
  const question = find(draft, questionId);
  if (isRefusal(question)) return question;
  if (question.from !== context.actor) return refuse('FORBIDDEN', `${questionId} was asked by ${question.from}.`);
  clearAlarm(draft, 'ASK_LATE', questionId);
  return { question: draft.put({ ...question, state: 'withdrawn' }) };
};

function answerQuestion(
  draft: Draft,
  question: QuestionRecord,
  answer: { choice: string | undefined; body?: string | undefined },
  context: Context,
): QuestionRecord {
  clearAlarm(draft, 'ASK_LATE', question.id);
  const given = {
    ...(answer.choice !== undefined && { choice: answer.choice }),
    ...(answer.body !== undefined && { body: answer.body }),
  };
  return draft.put({
    ...question,
    state: 'answered',
    deadlineClock: undefined,
    lateClock: undefined,
    answer: { ...given, by: context.actor, at: context.at },
  });
}

/** A deadline or the time after which a question is late has come. */
export function questionDue(draft: Draft, question: QuestionRecord, context: Context): void {
  const deadlineOver = question.deadlineClock !== undefined && question.deadlineClock <= context.clock;
  if (deadlineOver && question.default !== undefined) {
    answerQuestion(draft, question, { choice: question.default }, context);
    return;
  }
  const late = question.lateClock !== undefined && question.lateClock <= context.clock;
  if (late)
    raiseAlarm(draft, context, {
      code: 'ASK_LATE',
      subject: { kind: 'question', id: question.id },
      summary: `${question.from} has waited for an answer since ${Math.round(ASK_LATE_MS / 60_000)} min: ${question.body.slice(0, 200)}`,
    });
  draft.put({
    ...question,
    deadlineClock: deadlineOver ? undefined : question.deadlineClock,
    lateClock: late ? undefined : question.lateClock,
  });
}
