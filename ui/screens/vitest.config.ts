import { defineConfig } from 'vitest/config';

// Every screen and journey in a real browser, on the made-up federation: two files at a time, one browser for all.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    environment: 'node',
    include: ['screens/**/*.test.ts'],
    globalSetup: 'screens/setup.mjs',
    maxWorkers: 2,
    testTimeout: 180_000,
    // a browser takes its time: only what is slow for one is worth a line
    slowTestThreshold: 10_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // a snapshot that is missing is a failure; `npm run look -- spoken --update` writes them
    update: 'none',
  },
});
