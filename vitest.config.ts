import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Workspaces are read from their sources: a test never sees a stale build of its neighbour.
const conditions = ['source'];

/** Most files wait for something most of the time: a core left free for this process would be idle. */
const WORKERS = Math.max(2, availableParallelism() - 1);

/** Tests of one kind; a later kind waits for the earlier ones, so that nothing heavy disturbs what watches a clock. */
const kind = (name: string, groupOrder: number, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    sequence: { groupOrder },
    // Real hubs, Redis and agents take their time more than they take a core.
    ...(name === 'product' ? { maxWorkers: WORKERS + 1 } : {}),
    // How long that is on a busy machine proves nothing; this only ends what hangs.
    ...(name === 'code' ? {} : { testTimeout: 60_000, hookTimeout: 60_000 }),
  },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    testTimeout: 20_000,
    hookTimeout: 20_000,
    maxWorkers: WORKERS,
    expect: { poll: { timeout: 15_000, interval: 20 } },
    projects: [
      kind('code', 0, ['{shared,sdk,cli,server,client,bench,torture}/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs']),
      kind('product', 1, ['e2e/**/*.test.ts'], ['e2e/{provisioning,torture}/**']),
      kind('machine', 2, ['e2e/provisioning/**/*.test.ts']),
      kind('torture', 3, ['e2e/torture/**/*.test.ts']),
    ],
  },
});
