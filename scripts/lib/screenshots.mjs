import { endChildrenOnSignal, run } from './process.mjs';
import { provideForTests } from './provide-for-tests.mjs';
import { ROOT } from './workspace.mjs';

/** `npm run screenshots`: makes docs/images anew from the running product. Resolves with the exit code. */
export async function takeScreenshots(env) {
  endChildrenOnSignal();
  await provideForTests(env);
  const args = ['node_modules/@playwright/test/cli.js', 'test', '--config', 'e2e/screenshots.config.ts'];
  return (await run(process.execPath, args, { cwd: ROOT, env, show: true })).code;
}
