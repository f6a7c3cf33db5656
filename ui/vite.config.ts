import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { plainIcons } from './icons';
import { smaller } from './smaller';

// The app window and the tests are built from the same file; the window never loads anything from elsewhere.
export default defineConfig(({ mode }) => ({
  plugins: [plainIcons, svelte(), smaller],
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  resolve: {
    alias: { $lib: new URL('./src/lib', import.meta.url).pathname },
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  build: {
    target: 'es2022',
    sourcemap: false,
    outDir: mode === 'fake' ? 'dist-fake' : 'dist',
    emptyOutDir: true,
    // every window the app runs in loads modules ahead by itself
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
    testTimeout: 60_000,
  },
}));
