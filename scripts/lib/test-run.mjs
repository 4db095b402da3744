import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesIn, unknownFiles } from './left-behind.mjs';
import { endChildrenOnSignal, run } from './process.mjs';
import { provideForTests } from './provide-for-tests.mjs';
import { countPlaywright, countRun, countVitest, sum } from './test-counts.mjs';
import { ROOT } from './workspace.mjs';

/** `npm test`: provides what is missing and runs everything; arguments filter the test files. Resolves with the exit code. */
export async function test(filters, env) {
  // Short, because unix sockets are made below it.
  const folder = mkdtempSync(join(tmpdir(), 'sbt-'));
  endChildrenOnSignal(() => cleanUp(folder));
  try {
    await provideForTests(env);
    const before = await unknownFiles();
    const counts = await runAll(filters, { ...env, TMPDIR: folder }, folder);
    const left = await leftBehind(before, folder);
    for (const what of left) console.error(`FAILED  the tests left something behind: ${what}`);
    return report(sum([...counts, { passed: 0, failed: left.length, skipped: 0 }]));
  } finally {
    cleanUp(folder);
  }
}

async function runAll(filters, env, folder) {
  const vitest = join(folder, 'vitest.json');
  const playwright = join(folder, 'playwright.json');
  const runs = [
    {
      args: [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--passWithNoTests',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${vitest}`,
      ],
      reportFile: vitest,
      count: countVitest,
    },
    {
      args: [
        'node_modules/@playwright/test/cli.js',
        'test',
        '--config',
        'e2e/playwright.config.ts',
        '--pass-with-no-tests',
        '--reporter=list,json',
      ],
      reportFile: playwright,
      count: countPlaywright,
    },
  ];
  const counts = [];
  for (const { args, reportFile, count } of runs) {
    const options = { cwd: ROOT, env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: playwright }, show: true };
    const { code } = await run(process.execPath, [...args, ...filters], options);
    counts.push(countRun({ code, reportFile, count }));
  }
  return counts;
}

/** Processes that still run, and new files; where a person works, the files may be the person's. */
async function leftBehind(before, folder) {
  const processes = processesIn(folder).map((pid) => `process ${pid} still runs`);
  const files = [...(await unknownFiles())].filter((file) => !before.has(file)).map((file) => `the file ${file}`);
  if (process.env.CI || files.length === 0) return [...processes, ...files];
  console.error(`New in the checkout since the tests began: ${files.join(', ')}`);
  return processes;
}

function cleanUp(folder) {
  for (const pid of processesIn(folder)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function report({ passed, failed, skipped }) {
  if (passed + failed === 0) console.error('FAILED  no test was run.');
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 || passed === 0 ? 1 : 0;
}
