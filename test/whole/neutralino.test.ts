/** What `npm run build` packs for Neutralino's core, which is itself not here: see also test/engine/host and test/engine/main. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { extractFile, listPackage } from '@electron/asar'
import { describe, expect, it } from 'vitest'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

describe('the archive for Neutralino', () => {
  it('holds the window and the configuration, so that the core never serves the folder, and with it every file that we may read', () => {
    const names = listPackage(at('resources.neu'), { isPack: false })
    expect(names.filter((name) => !name.startsWith('/dist'))).toEqual(['/neutralino.config.json'])
    for (const name of ['dist/window/index.html', 'neutralino.config.json']) {
      expect(extractFile(at('resources.neu'), name).toString()).toBe(readFileSync(at(name), 'utf8'))
    }
  })
})
