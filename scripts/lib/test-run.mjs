import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build-steps.mjs';
import { provideChromium } from './chromium.mjs';
import { processesIn, unknownFiles } from './left-behind.mjs';
import { providePackages } from './packages.mjs';
import { phase } from './phases.mjs';
import { endChildrenOnSignal, run } from './process.mjs';
import { provideRedis } from './redis.mjs';
import { countPlaywright, countRun, countVitest, sum } from './test-counts.mjs';
import { ROOT } from './workspace.mjs';

/** `npm test`: provides what is missing and runs everything; arguments filter the test files. Resolves with the exit code. */
export async function test(filters, env) {
  // Short, because unix sockets are made below it.
  const folder = mkdtempSync(join(tmpdir(), 'sbt-'));
  endChildrenOnSignal(() => cleanUp(folder));
  try {
    await provideAll(env);
    const before = await unknownFiles();
    const counts = await runAll(filters, { ...env, TMPDIR: folder }, folder);
    const complaints = [
      ...(await newFiles(before)),
      ...processesIn(folder).map((pid) => `left running: process ${pid}`),
    ];
    for (const complaint of complaints) console.error(`FAILED  the tests left something behind: ${complaint}`);
    return report(sum([...counts, { passed: 0, failed: complaints.length, skipped: 0 }]));
  } finally {
    cleanUp(folder);
  }
}

async function provideAll(env) {
  await phase('Packages', providePackages);
  // The tests bring their own Redis, whatever the person's hub uses.
  delete env.SIGNALBOX_REDIS_URL;
  await phase('Redis', (say) => provideRedis(env, say));
  await phase('Browser', (say) => provideChromium(env, say));
  await phase('Build', buildAll);
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

async function newFiles(before) {
  return [...(await unknownFiles())].filter((file) => !before.has(file)).map((file) => `the file ${file}`);
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
