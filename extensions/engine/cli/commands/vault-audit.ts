/** What was done with the vault, and whether the log of it is whole; and whether every value opens. */
import type { AuditRow } from '#contract'
import { AUDIT_KINDS, type AuditKind, EXIT } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { moment } from '../show/words.ts'

export interface AuditOptions {
  readonly verify: boolean
  readonly limit: number
  readonly kind?: readonly string[]
  readonly credential?: string
}

export async function showAudit(session: Session, options: AuditOptions): Promise<number> {
  const engine = await session.engine()
  if (options.verify) {
    const verdict = await engine.vault.verifyAudit()
    const { out } = session.io.paint
    const sign = { yes: out.green('✓'), no: out.red('✗'), sealed: out.yellow('✓') }[verdict.whole]
    await session.print(verdict, () => `${sign} ${verdict.detail}\n`)
    return verdict.whole === 'no' ? EXIT.failed : EXIT.ok
  }
  const kinds = options.kind?.map(known)
  const rows: AuditRow[] = []
  for (let before: number | undefined; rows.length < options.limit; before = rows.at(-1)?.seq) {
    const limit = Math.min(500, options.limit - rows.length)
    const page = await engine.vault.audit({
      limit,
      before,
      ...(kinds && { kinds }),
      ...(options.credential && { credentialId: options.credential }),
    })
    rows.push(...page.rows)
    if (page.rows.length < limit) break
  }
  await session.print(rows, () => (rows.length === 0 ? 'Nothing was done with the vault yet.\n' : auditTable(rows, session)))
  return EXIT.ok
}

function known(kind: string): AuditKind {
  const found = AUDIT_KINDS.find((one) => one === kind)
  if (!found) throw new WrongUse(`There is no kind of entry "${kind}".`, `There are: ${AUDIT_KINDS.join(', ')}.`)
  return found
}

function auditTable(rows: readonly AuditRow[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const cells = rows.map(({ seq, at, kind, outcome, by, subject, note }) => {
    const about = [subject.credential ?? subject.credentialId, subject.host, subject.runId].filter((part) => part !== undefined).join(' · ')
    return [String(seq), moment(at), kind, outcome === 'done' ? '' : outcome, by, about === '' ? note : `${about}: ${note}`]
  })
  const columns = [
    { title: '', align: 'right' as const, paint: out.dim },
    { title: 'When', paint: out.dim },
    { title: 'What', paint: out.bold },
    { title: '', paint: out.red },
    { title: 'By' },
    { title: '', gives: true },
  ]
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}

export async function checkFields(session: Session): Promise<number> {
  const engine = await session.engine()
  const found = await engine.vault.checkFields()
  const { out } = session.io.paint
  await session.print(found, () =>
    found.damaged.length === 0
      ? `${out.green('✓')} All ${found.checked} values open.\n`
      : found.damaged.map(({ message }) => `${out.red('✗')} ${message}\n`).join(''),
  )
  return found.damaged.length === 0 ? EXIT.ok : EXIT.failed
}
