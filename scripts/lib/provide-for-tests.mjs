import { buildAll, buildTorture } from './build-steps.mjs';
import { provideChromium } from './chromium.mjs';
import { providePackages } from './packages.mjs';
import { phase } from './phases.mjs';
import { providePython } from './python.mjs';
import { provideRedis } from './redis.mjs';

/** Everything a test of the product needs, on any machine; where it is, is put into `env`. */
export async function provideForTests(env) {
  await phase('Packages', providePackages);
  // Tests bring their own Redis, whatever the person's hub uses.
  delete env.SIGNALBOX_REDIS_URL;
  await phase('Redis', (say) => provideRedis(env, say));
  await phase('Browser', (say) => provideChromium(env, say));
  await phase('Python', (say) => providePython(env, say));
  await phase('Build', buildAll);
  await phase('Torture', buildTorture);
}
