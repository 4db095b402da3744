import { existsSync, readFileSync } from 'node:fs';

/** { passed, failed, skipped } out of the JSON report of Vitest; a file that could not even be loaded has failed. */
export function countVitest(report) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(isFailure),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

const isFailure = (test) => test.status === 'failed';

/** The same out of the JSON report of Playwright; `errors` are faults outside of any test. */
export function countPlaywright(report) {
  const { expected, flaky, unexpected, skipped } = report.stats;
  return { passed: expected + flaky, failed: unexpected + report.errors.length, skipped };
}

/** A runner that ends badly has failed, whatever its report says, or even without one. */
export function countRun({ code, reportFile, count }) {
  const counts = existsSync(reportFile)
    ? count(JSON.parse(readFileSync(reportFile, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function sum(all) {
  const total = (name) => all.reduce((so, counts) => so + counts[name], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}
