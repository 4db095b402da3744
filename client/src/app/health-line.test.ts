import { expect, test } from 'vitest';
import { deductionWords } from './health-line.tsx';

const agents = (...ids: string[]) => ids.map((id) => ({ kind: 'agent', id }));

test.each([
  [[], '9 tasks came in and 3 went out in 30 min', '9 tasks came in and 3 went out in 30 min'],
  [agents('m_08'), 'lost with a task or a lock', 'm_08: lost with a task or a lock'],
  [agents('m_08', 'm_09', 'm_10'), 'lost with a task or a lock', 'm_08 and 2 more: lost with a task or a lock'],
])('%j %s', (subjects, summary, words) => {
  expect(deductionWords({ subjects, summary })).toBe(words);
});
