/** The store beside other SQLites, on the disk of TMPDIR. Ratios count: figures of a busy machine mean nothing alone. */
import { rmSync } from 'node:fs'
import type { Figure } from '../figures.ts'
import { commitFigures } from './commits.ts'
import { largeFigures } from './large.ts'
import { root } from './sample.ts'
import { startFigures } from './starts.ts'
import { bytesWritten } from './written.ts'

export async function storeFigures(): Promise<Figure[]> {
  try {
    return [...(await commitFigures()), ...(await bytesWritten()), ...(await startFigures()), ...(await largeFigures())]
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
