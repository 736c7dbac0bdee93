import { readFileSync } from 'node:fs'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'
import { svelvetPatches } from './build/svelvet-patches.ts'

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }

/**
 * The window: relative addresses (it is served by the engine and by Neutralino alike), no inline script or style,
 * so that `script-src 'self'; style-src 'self'` holds.
 */
export default defineConfig({
  root: 'src',
  base: './',
  define: { __TROUPE_BUILD__: JSON.stringify(version) },
  // Static styles would be written into markup otherwise, where the policy forbids them; set by property they are allowed.
  plugins: [
    svelvetPatches(),
    svelte({
      configFile: false,
      compilerOptions: { css: 'external' },
      onwarn: (warning, warn) => void (warning.filename?.includes('node_modules') || warn?.(warning)),
    }),
    solid({ solid: { inlineStyles: false } as object }),
    tailwindcss(),
  ],
  build: {
    outDir: '../dist/window',
    emptyOutDir: true,
    target: 'es2024',
    cssTarget: ['chrome123', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
