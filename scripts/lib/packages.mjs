import { existsSync, readFileSync } from 'node:fs';
import { run } from './process.mjs';
import { Stop } from './stop.mjs';
import { display, inRoot, mayInstall, ROOT, readJson } from './workspace.mjs';

// The product's packages need no install scripts, so none of a stranger's code runs while they are fetched.
const COMMAND = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Installs node_modules when it is not what package-lock.json says. */
export async function providePackages(say) {
  const reason = whyStale();
  if (reason === undefined) return `up to date in ${display(inRoot('node_modules'))}`;
  const command = `npm ${COMMAND.join(' ')}`;
  if (!mayInstall()) throw new Stop(`Packages: ${reason}. Run, in ${ROOT}:\n\n  ${command}`);
  say(`${reason}: npm ci into ${display(inRoot('node_modules'))}`);
  // Interrupted, npm goes on for ten seconds; what it leaves unfinished, the next start does anew.
  const { code, output } = await run('npm', COMMAND, { cwd: ROOT, interrupt: 'at once' });
  if (code !== 0) throw new Stop(`${output.trimEnd()}\n\n"${command}" failed in ${ROOT}; the reason is above.`);
  const count = Object.keys(readJson('node_modules', '.package-lock.json').packages).length;
  return `${count} packages installed in ${display(inRoot('node_modules'))}`;
}

/** npm writes down what it installed; that is compared, not times, so a hand-made install counts too. */
function whyStale() {
  const installedFile = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'node_modules is missing';
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const wanted = readJson('package-lock.json').packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/') || entry.optional) continue;
    const same = installed[path]?.version === entry.version && existsSync(inRoot(path));
    if (!same) return `${path.replace('node_modules/', '')} is not what package-lock.json says`;
  }
  return undefined;
}
