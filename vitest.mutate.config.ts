import { defineConfig } from 'vitest/config';

const conditions = ['source'];

/** The tests of the domain as `npm run mutate` runs them again for each of thousands of mutants: fewer random plays. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['server/src/domain/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/{spec,invariants}.test.ts'],
    env: { RUNS: '5', MODEL_RUNS: '15', MODEL_SHRINK: 'off' },
    testTimeout: 60_000,
    isolate: false,
  },
});
