/** The support bundle: listed, shown, and written only after a yes. */
import type { SupportPlan } from '#contract'
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import { writeNewFile } from '../new-file.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { bytes } from '../show/words.ts'

export interface SupportOptions {
  readonly list: boolean
  readonly show?: string
  readonly without?: readonly string[]
  readonly output?: string
  readonly yes: boolean
}

export async function supportBundle(session: Session, options: SupportOptions): Promise<number> {
  const engine = await session.engine()
  const plan = await engine.support.plan()
  const { show, without = [] } = options
  for (const name of [...without, ...(show === undefined ? [] : [show])]) requireEntry(plan, name)
  if (show !== undefined) {
    const { text } = await engine.support.text({ id: plan.id, name: show })
    await session.print({ name: show, text }, () => text)
    return EXIT.ok
  }
  if (options.list) {
    await session.print(plan.entries, () => listed(plan, without, session))
    return EXIT.ok
  }
  if (!options.yes) {
    if (!session.json) await session.io.out(await listed(plan, without, session))
    await confirm(session, 'Write it?', '--yes')
  }
  const written = await engine.support.write({ id: plan.id, without: [...without] })
  const path = options.output === undefined ? written.path : await moved(written.path, options.output)
  await session.print({ ...written, path }, () => `Written: ${path}, ${bytes(written.bytes)}. Nothing was sent to anybody.\n`)
  return EXIT.ok
}

function requireEntry({ entries }: SupportPlan, name: string): void {
  if (entries.some((entry) => entry.name === name)) return
  throw new WrongUse(`The bundle has no entry "${name}".`, `There are: ${entries.map((entry) => entry.name).join(', ')}.`)
}

function listed({ entries }: SupportPlan, without: readonly string[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const cells = entries.map(({ name, about, bytes: size, hidden }) => [
    name,
    without.includes(name) ? 'left out' : bytes(size),
    hidden === 0 ? '' : `${hidden} hidden`,
    about,
  ])
  const columns = [
    { title: 'Entry', paint: out.bold },
    { title: 'Size', align: 'right' as const },
    { title: '', paint: out.dim },
    { title: 'What it tells', gives: true },
  ]
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}

/** Within the person's own reach, so it is done here; the file in the exports is removed once the other stands. */
async function moved(from: string, to: string): Promise<string> {
  const [{ readFile, rm }, { resolve }] = await Promise.all([import('node:fs/promises'), import('node:path')])
  const path = resolve(to)
  try {
    await writeNewFile(path, await readFile(from))
  } finally {
    await rm(from, { force: true })
  }
  return path
}
