import { defineConfig } from 'vitest/config'

// Two workers for two cores; the stories start whole servers, so their limits are generous and their waits are signals.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // What takes long has a command of its own, `npm run test:soak`.
    exclude: process.env['SXS_SOAK'] ? [] : ['test/soak/**'],
    pool: 'forks',
    // The house is read once for each worker and not for each file, which took a seventh of the time.
    isolate: false,
    setupFiles: ['test/support/setup.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // A machine that others use too may be slow enough for a browser to miss a wait; the report says what took two tries.
    retry: process.env['CI'] ? 1 : 0,
    reporters: ['default'],
  },
})
