import { fuzz } from '@signalbox/torture/fuzz/run';
import { expect, test } from 'vitest';
import { startHub } from '../support/hub.ts';

/** About half a minute of two cores. Fewer, more or others: by these variables. */
const FRAMES = Number(process.env.SIGNALBOX_FUZZ_FRAMES ?? 100_000);
const REQUESTS = Number(process.env.SIGNALBOX_FUZZ_REQUESTS ?? 20_000);
const SEED = Number(process.env.SIGNALBOX_FUZZ_SEED ?? 20_260);
/** Words of a log that nothing a client sends may bring about. */
const FAULTS = /unhandled|uncaught|INTERNAL|nobody expected|"level":(50|60)|Error:/i;

test(`${FRAMES} frames and ${REQUESTS} requests of every kind of wrong, seed ${SEED}: each is answered as documented or ended, and the hub goes on`, {
  timeout: 600_000,
}, async () => {
  const hub = await startHub();
  try {
    const options = { url: hub.url, token: hub.ownerToken, frames: FRAMES, requests: REQUESTS, seed: SEED };
    const { kinds, ...figures } = await fuzz({ ...options, project: 'fuzzed' });
    expect(figures.findings).toEqual([]);
    expect(figures).toMatchObject({
      ...{ frames: FRAMES, requests: REQUESTS, found: 0, sameNode: true },
      witness: { complaints: [] },
    });
    // Most of it has to get as far as to be looked at.
    expect((kinds.BAD_INPUT ?? 0) + (kinds.ok ?? 0)).toBeGreaterThan((FRAMES + REQUESTS) / 3);
    const faults = hub
      .output()
      .split('\n')
      .filter((line) => FAULTS.test(line));
    expect(faults).toEqual([]);
    expect(hub.process.exitCode).toBeNull();
    if (process.env.SIGNALBOX_FUZZ_FIGURES !== undefined)
      console.info(JSON.stringify({ ...figures, kinds }, undefined, 1));
  } finally {
    await hub.close();
  }
});
