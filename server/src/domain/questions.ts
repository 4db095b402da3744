import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { QUESTIONS_PER_AGENT } from '@signalbox/shared/limits';
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
  if (draft.openQuestionsOf(agent.id).length >= QUESTIONS_PER_AGENT)
    return refuse(
      'QUOTA',
      `${agent.id} has ${QUESTIONS_PER_AGENT} open questions; wait for an answer, or withdraw one with question.withdraw.`,
    );
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

const find = (draft: Draft, questionId: string) =>
  draft.get('question', questionId) ?? refuse('NOT_FOUND', `There is no question ${questionId}.`);

function mustBeOpen(question: QuestionRecord): Refusal | undefined {
  const { id, state, answer } = question;
  if (state === 'open') return undefined;
  const by = answer === undefined ? '' : ` by ${answer.by}: ${answer.choice ?? answer.body}`;
  return refuse('INVALID_STATE', `${id} was ${state}${by}.`, { details: { state, answer } });
}

export const decideAnswer: DecisionOf<'question.answer'> = (draft, { questionId, choice, body }, context) => {
  const question = find(draft, questionId);
  if (isRefusal(question)) return question;
  const over = mustBeOpen(question);
  if (over !== undefined) return over;
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
  const over = mustBeOpen(question);
  if (over !== undefined) return over;
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
  const late = deadlineOver || (question.lateClock !== undefined && question.lateClock <= context.clock);
  if (late)
    raiseAlarm(draft, context, {
      code: 'ASK_LATE',
      subject: { kind: 'question', id: question.id },
      summary: `${question.from} has waited ${Math.round((context.at - question.at) / 60_000)} min for an answer: ${question.body.slice(0, 200)}`,
    });
  draft.put({
    ...question,
    deadlineClock: deadlineOver ? undefined : question.deadlineClock,
    lateClock: late ? undefined : question.lateClock,
  });
}
