import { aptInstall, canAptInstall } from './apt.mjs';
import { findOnPath, isProgram } from './find.mjs';
import { ask, run } from './process.mjs';
import { Stop } from './stop.mjs';
import { inRoot, mayInstall } from './workspace.mjs';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Finds or installs the browser of the tests and names it in `env`. Resolves with the line to print. */
export async function provideChromium(env, say) {
  const path = (await findChromium(env)) ?? (await installChromium(env, say));
  env.SIGNALBOX_CHROMIUM = path;
  return path;
}

async function findChromium(env) {
  const candidates = [env.SIGNALBOX_CHROMIUM, ...findOnPath(PROGRAMS, env), MAC_CHROME, await playwrightsOwn()];
  for (const path of candidates) if (path && isProgram(path) && (await runs(path))) return path;
  return undefined;
}

async function installChromium(env, say) {
  const byApt = canAptInstall();
  const command = byApt ? 'apt-get install -y chromium' : 'npx playwright install chromium';
  if (!mayInstall()) throw new Stop(`There is no Chromium here for the tests. Run:\n\n  ${command}`);
  if (byApt) {
    say('apt-get install chromium into /usr/bin');
    await aptInstall('chromium');
  } else {
    say('npx playwright install chromium into its cache folder');
    const { code, output } = await run('npx', ['playwright', 'install', 'chromium'], { cwd: inRoot('e2e') });
    if (code !== 0)
      throw new Stop(
        `${output.trimEnd()}\n\n"${command}" failed: install a Chromium, or name one by SIGNALBOX_CHROMIUM.`,
      );
  }
  const path = await findChromium(env);
  if (path === undefined)
    throw new Stop(`"${command}" left no Chromium that runs: install one, or name one by SIGNALBOX_CHROMIUM.`);
  return path;
}

async function playwrightsOwn() {
  return (
    await ask(process.execPath, ['-p', "require('playwright').chromium.executablePath()"], { cwd: inRoot('e2e') })
  )?.trim();
}

// A package may only be a pointer to a store (Ubuntu's chromium is): what doesn't run, isn't there.
const runs = async (path) => (await ask(path, ['--version'])) !== undefined;
