import { expect, test } from 'vitest';
import { pageIcon, pageTitle } from './page-mark.ts';

const calm = { questions: 0, critical: 0, live: true, project: 'acme', simulated: false };
const colours = { grey: 'grey', ask: 'ask', p1: 'p1' };

test('the title says what waits for a person', () => {
  expect(pageTitle(calm)).toBe('acme · Signalbox');
  expect(pageTitle({ ...calm, questions: 2 })).toBe('(2?) acme · Signalbox');
  expect(pageTitle({ ...calm, questions: 2, critical: 1 })).toBe('(2? 1!) acme · Signalbox');
  expect(pageTitle({ ...calm, questions: 2, simulated: true })).toBe('(2?) acme · Simulated · Signalbox');
});

test('the icon differs in shape, not only in colour', () => {
  const icons = [
    calm,
    { ...calm, questions: 1 },
    { ...calm, questions: 1, critical: 1 },
    { ...calm, critical: 1, live: false },
  ].map((mark) => decodeURIComponent(pageIcon(mark, colours)));
  expect(icons[0]).toContain('fill="grey"');
  expect(icons[1]).toMatch(/<circle.*fill="ask"/);
  expect(icons[2]).toMatch(/<rect.*fill="p1"/);
  expect(icons[3]).toMatch(/fill="none" stroke="grey"/);
});
