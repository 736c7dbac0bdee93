import { TroupeError } from '#core'

const KEEP_A_COPY = 'Nothing was changed. Keep a copy of the folder, then restore a backup from it.'

/** A file that is not what was written: always named with the place, never passed over in silence. */
export function damaged(file: string, offset: number, what: string, hint = KEEP_A_COPY): TroupeError {
  return new TroupeError('DAMAGED', `${file} is damaged at byte ${offset}: ${what}.`, {
    hint,
    facts: { file, offset },
  })
}
