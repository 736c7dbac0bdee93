import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeEach } from 'vitest'
import type { OpenedWindow } from './window.ts'

/** For a describe block: a test that fails leaves a picture of what it saw in shots/. */
export function pictureFailures(opened: () => OpenedWindow | undefined): void {
  beforeEach(({ onTestFailed, task }) => {
    onTestFailed(async () => {
      const folder = fileURLToPath(new URL('../../shots/', import.meta.url))
      mkdirSync(folder, { recursive: true })
      await opened()?.page.screenshot({ path: `${folder}failed ${task.name.replaceAll(/[^a-z0-9]+/gi, ' ').slice(0, 80)}.png` })
    })
  })
}
