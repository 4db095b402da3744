import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countPlaywright, countRun, countVitest, sum } from './test-counts.mjs';

const file = (status, ...tests) => ({ status, assertionResults: tests.map((one) => ({ status: one })) });
const vitest = (counts, ...testResults) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  ...counts,
  testResults,
});

test('Vitest: tests are counted, and a file that could not be loaded has failed', () => {
  const report = vitest(
    { numPassedTests: 3, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1 },
    file('passed', 'passed', 'passed', 'pending', 'todo'),
    file('failed', 'passed', 'failed'),
    file('failed'),
  );
  expect(countVitest(report)).toEqual({ passed: 3, failed: 2, skipped: 2 });
});

test('Playwright: a test that passed on a second try has passed, a fault outside of tests has failed', () => {
  const report = { stats: { expected: 5, flaky: 1, unexpected: 2, skipped: 3 }, errors: [{}] };
  expect(countPlaywright(report)).toEqual({ passed: 6, failed: 3, skipped: 3 });
});

test('a runner that ends badly has failed, with or without a report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'counts-'));
  try {
    const reportFile = join(folder, 'report.json');
    const none = { passed: 0, failed: 1, skipped: 0 };
    expect(countRun({ code: 1, reportFile, count: countVitest })).toEqual(none);
    writeFileSync(reportFile, JSON.stringify(vitest({ numPassedTests: 2 })));
    expect(countRun({ code: 1, reportFile, count: countVitest })).toEqual({ ...none, passed: 2 });
    expect(countRun({ code: 0, reportFile, count: countVitest })).toEqual({ ...none, passed: 2, failed: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('counts add up', () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(sum([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
});
