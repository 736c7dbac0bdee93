/** Writes a file that was asked for by name; one that is there already is never touched. */
import { writeFile } from 'node:fs/promises'
import { messageOf } from '#core'
import { WrongUse } from './failure.ts'

/** WrongUse when it is there already or cannot be written. */
export async function writeNewFile(path: string, text: string | Uint8Array): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
    const there = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new WrongUse(
      there ? `${path} is there already, and was left as it is.` : `${path} cannot be written: ${messageOf(cause)}`,
      there ? 'Name another file, or remove that one.' : undefined,
    )
  })
}
