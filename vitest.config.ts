import solid from 'vite-plugin-solid'
import { defineConfig } from 'vitest/config'

/** Four projects: the engine's rooms, faults and properties, the window's parts, and the whole in a real browser. */
export default defineConfig({
  test: {
    reporters: ['default', './build/closing-counts.ts'],
    projects: [
      { test: { name: 'engine', include: ['test/engine/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' } },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts', 'test/fuzz/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 60_000,
          pool: 'forks',
        },
      },
      {
        plugins: [solid()],
        test: { name: 'window', environment: 'node', include: ['test/window/**/*.test.{ts,tsx}'], testTimeout: 60_000 },
      },
      {
        test: {
          name: 'whole',
          include: ['test/whole/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
})
