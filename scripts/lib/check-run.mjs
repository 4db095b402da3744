import { existsSync } from 'node:fs';
import { findBreaches } from './borders.mjs';
import { providePackages } from './packages.mjs';
import { phase } from './phases.mjs';
import { endChildrenOnSignal, run } from './process.mjs';
import { inRoot, ROOT, readJson } from './workspace.mjs';

/** `npm run check`: everything that can be known without running the product. Resolves with the exit code. */
export async function check() {
  endChildrenOnSignal();
  await phase('Packages', providePackages);
  const { workspaces } = readJson('package.json');
  const checks = [
    ['types', () => tool('typescript/bin/tsc', ['-b', ...workspaces])],
    ['format', () => tool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])],
    ['lint', () => tool('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings'])],
    ['unused', () => tool('knip/bin/knip.js', ['--no-progress'])],
    ['borders', () => findBreaches(ROOT)],
    ['tsconfig', () => workspaces.flatMap(ownTsconfig)],
  ];
  const results = await Promise.all(checks.map(([name, find]) => report(name, find)));
  return results.every(Boolean) ? 0 : 1;
}

/** Prints a check's line, and what it found. Resolves with whether it found nothing. */
async function report(name, find) {
  const startedAt = performance.now();
  const faults = await find();
  const verdict = faults.length === 0 ? 'ok' : 'FAILED';
  console.log(`  ${name.padEnd(12)}${verdict.padEnd(8)}${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  for (const fault of faults) console.log(fault);
  return faults.length === 0;
}

/** A tool that ends badly has found faults: what it prints. */
async function tool(program, args) {
  const { code, output } = await run(process.execPath, [inRoot('node_modules', program), ...args], { cwd: ROOT });
  return code === 0 ? [] : [output.trimEnd()];
}

/** One strictness for all: a workspace may add to the common settings but not start its own. */
function ownTsconfig(workspace) {
  const file = `${workspace}/tsconfig.json`;
  if (!existsSync(inRoot(file))) return [`${file} is missing`];
  return readJson(file).extends === '../tsconfig.base.json' ? [] : [`${file} must extend ../tsconfig.base.json`];
}
