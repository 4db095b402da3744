import { z } from 'zod';
import { command, listInput, next, readInput } from '../command.ts';
import { questionId, taskId } from '../ids.ts';
import { SHORT_BODY_MAX_BYTES } from '../limits.ts';
import { questionRecord } from '../records/question.ts';
import { line, text } from '../text.ts';
import { DAY_MS } from '../time.ts';

const one = z.object({ question: questionRecord });
const asked = [
  {
    as: 'alice',
    command: 'question.ask',
    input: { body: 'Drop legacy tokens?', options: ['Keep', 'Drop'], default: 'Keep', deadlineMs: 600_000 },
  },
] as const;

export const questionAsk = command({
  name: 'question.ask',
  summary:
    'Ask the people. At the deadline the hub answers with your default; without a deadline the question stays open.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z
    .strictObject({
      body: text(SHORT_BODY_MAX_BYTES),
      options: z.array(line(200)).min(2).max(12).optional(),
      blocking: z.boolean().optional(),
      deadlineMs: z
        .int()
        .min(1_000)
        .max(7 * DAY_MS)
        .optional(),
      default: line(200).optional(),
      taskId: taskId.optional(),
    })
    .refine((q) => q.default === undefined || q.options === undefined || q.options.includes(q.default), {
      path: ['default'],
      message: 'the default is one of the options',
    }),
  output: z.object({ questionId }),
  examples: [{ as: 'alice', input: asked[0].input, output: { questionId: 'Q-1' } }],
});

export const questionAnswer = command({
  name: 'question.answer',
  summary: 'Answer an agent: one of its options, your own words, or both. The first answer wins.',
  access: 'operator',
  identity: 'any',
  kind: 'write',
  input: z
    .strictObject({ questionId, choice: line(200).optional(), body: text(SHORT_BODY_MAX_BYTES).optional() })
    .refine((answer) => answer.choice !== undefined || answer.body !== undefined, {
      path: ['choice'],
      message: 'give a choice or a body',
    }),
  output: one,
  examples: [
    {
      before: asked,
      as: 'human',
      input: { questionId: 'Q-1', choice: 'Drop' },
      output: { question: { id: 'Q-1', state: 'answered', answer: { choice: 'Drop' } } },
    },
  ],
});

export const questionWithdraw = command({
  name: 'question.withdraw',
  summary: 'Take your question back.',
  access: 'member',
  identity: 'agent',
  kind: 'write',
  input: z.strictObject({ questionId }),
  output: one,
  examples: [
    {
      before: asked,
      as: 'alice',
      input: { questionId: 'Q-1' },
      output: { question: { id: 'Q-1', state: 'withdrawn' } },
    },
  ],
});

export const questionList = command({
  name: 'question.list',
  summary: 'List the questions agents have asked.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({ ...listInput, ...readInput, state: z.enum(['open', 'answered', 'withdrawn']).optional() }),
  output: z.object({ questions: z.array(questionRecord), next }),
  examples: [
    {
      before: asked,
      as: 'human',
      input: { state: 'open' },
      output: { questions: [{ id: 'Q-1', body: 'Drop legacy tokens?' }] },
    },
  ],
});
