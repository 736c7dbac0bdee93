/** Newer versions: asked for, and put in place after a yes. No engine is needed, so a broken one can be replaced. */
import { EXIT } from '#contract/plain'
import { TroupeError } from '#core'
import type { Updates } from '../../update-parts.ts'
import { confirm } from '../confirm.ts'
import type { Session } from '../session.ts'
import { bytes } from '../show/words.ts'

async function updates(session: Session): Promise<Updates> {
  const [{ layout, places }, { openUpdateParts }] = await Promise.all([session.reach(), import('../../update-parts.ts')])
  return openUpdateParts(layout, places, session.io.env)
}

export async function checkUpdate(session: Session): Promise<number> {
  const { layout } = await session.reach()
  const verdict = await (await updates(session)).look()
  if (verdict.kind === 'refused')
    throw new TroupeError('REFUSED', `What the server says is not taken: ${verdict.why}.`, { hint: 'The program is as it was.' })
  const found =
    verdict.kind === 'offer'
      ? { installed: layout.version, newer: verdict.version, bytes: verdict.file.bytes }
      : { installed: layout.version, newer: null, bytes: null }
  await session.print(found, ({ installed, newer, bytes: size }) =>
    newer === null
      ? `Troupe ${installed} is the newest.\n`
      : `Troupe ${newer} is there (${bytes(size ?? 0)}); this is ${installed}. troupe update install puts it in place.\n`,
  )
  return EXIT.ok
}

export async function installUpdate(session: Session, options: { readonly yes: boolean }): Promise<number> {
  const found = await updates(session)
  const verdict = await found.look()
  if (verdict.kind === 'offer' && !options.yes)
    await confirm(session, `Download Troupe ${verdict.version} (${bytes(verdict.file.bytes)}) and put it in place?`, '--yes')
  let shown = -1
  const version = await found.install((have, of) => {
    const percent = Math.floor((have / of) * 20) * 5
    if (percent === shown || !session.io.terminal.err) return
    shown = percent
    void session.io.err(`\r${percent} % of ${bytes(of)}${percent === 100 ? '\n' : ''}`)
  })
  await session.print(
    { installed: version },
    () => `Troupe ${version} is in place. It comes up at the next start; troupe stop ends the one that runs.\n`,
  )
  return EXIT.ok
}
