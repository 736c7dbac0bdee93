/**
 * A new executable must come up once. `<program>.new-version` is there from the swap until then:
 *   swapped (starts 0) → starting (starts 1) → up (no file) · starting, and started again → back to `<program>.previous` (no file)
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { programPlace } from './program-place.ts'

interface Mark {
  readonly version: string
  readonly starts: number
}

/** Called by the boot before an engine is started. The version that was taken back; undefined: go on. */
export function beginFirstStart(program: string): string | undefined {
  const path = `${program}.new-version`
  let mark: Mark
  try {
    mark = JSON.parse(readFileSync(path, 'utf8')) as Mark
  } catch {
    return undefined
  }
  if (mark.starts === 0) {
    writeFileSync(path, JSON.stringify({ ...mark, starts: 1 }))
    return undefined
  }
  renameSync(`${program}.previous`, program)
  rmSync(path)
  return mark.version
}

/** Called by the engine once it answers. The previous executable stays. */
export function endFirstStart(): void {
  const program = programPlace()?.program
  if (program !== undefined) rmSync(`${program}.new-version`, { force: true })
}
