/** The audit log, read by page and verified from end to end. */
import { type AuditKind, type AuditRow, type AuditVerdict, auditSubject } from '#contract'
import type { SqlValue } from '#core'
import type { VaultStore } from '../ports.ts'
import type { KeySet } from '../seal/keys.ts'
import type { AuditEnd } from '../seal/tries.ts'
import { readHead } from './audit.ts'
import { type ChainRow, endFits, entryHash, firstHash } from './chain.ts'

const COLUMNS = 'seq, at, kind, outcome, who, subject, note, hash'
const PAGE = 2000
type Row = ChainRow & { readonly hash: string }

export interface AuditFilter {
  readonly kinds?: readonly AuditKind[] | undefined
  readonly credentialId?: string | undefined
  readonly before?: number | undefined
  readonly limit: number
}

export async function auditPage(store: VaultStore, filter: AuditFilter): Promise<{ rows: AuditRow[]; total: number }> {
  const where: string[] = []
  const params: SqlValue[] = []
  if (filter.kinds && filter.kinds.length > 0) {
    where.push(`kind IN (${filter.kinds.map(() => '?').join(', ')})`)
    params.push(...filter.kinds)
  }
  if (filter.credentialId !== undefined) {
    where.push(`json_extract(subject, '$.credentialId') = ?`)
    params.push(filter.credentialId)
  }
  const all = where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''
  const [counted] = await store.read<{ n: number }>(`SELECT count(*) AS n FROM vault_audit ${all}`, params)
  const page = filter.before === undefined ? all : `${all === '' ? 'WHERE' : `${all} AND`} seq < ?`
  const pageParams = filter.before === undefined ? params : [...params, filter.before]
  const sql = `SELECT ${COLUMNS} FROM vault_audit ${page} ORDER BY seq DESC LIMIT ?`
  const rows = await store.read<Row>(sql, [...pageParams, filter.limit])
  return { rows: rows.map(toRow), total: counted?.n ?? 0 }
}

function toRow({ seq, at, kind, outcome, who, subject, note, hash }: Row): AuditRow {
  // A changed entry must be shown, so that verify's word about it can be looked at.
  const about = auditSubject.safeParse(jsonOf(subject))
  return {
    seq,
    at,
    kind: kind as AuditRow['kind'],
    outcome: outcome as AuditRow['outcome'],
    by: who,
    subject: about.success ? about.data : {},
    note,
    hash,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Every entry's hash from the first on, then the end against its record, its signature and the anchor beside the header. */
export async function verifyAudit(
  store: VaultStore,
  vaultId: string,
  keys: readonly KeySet[] | undefined,
  anchor: AuditEnd | null,
): Promise<AuditVerdict> {
  const chain = await walk(store, vaultId, anchor)
  const wrong = (firstWrong: number | null, detail: string): AuditVerdict => ({ whole: 'no', entries: chain.entries, firstWrong, detail })
  if (chain.wrong) return wrong(chain.wrong.seq, chain.wrong.detail)
  const head = await readHead(store)
  if (!head)
    return chain.entries === 0 && !anchor ? wrong(null, 'The log is empty.') : wrong(null, 'The record of how the log ends is gone.')
  if (head.seq !== chain.entries || head.hash !== chain.hash)
    return wrong(null, `The log ends with entry ${chain.entries}; ${head.seq} were written. Its end was cut off or added to.`)
  if (chain.anchorFits === false)
    return wrong(
      anchor?.seq ?? null,
      `The log does not have entry ${anchor?.seq} as the vault’s own file remembers it. Its end was cut off or written anew.`,
    )
  if (chain.tampered) return wrong(chain.tampered, `Entry ${chain.tampered} says that the log was changed before it by another hand.`)
  if (!keys)
    return {
      whole: 'sealed',
      entries: chain.entries,
      firstWrong: null,
      detail: 'Every entry follows from the one before. The signature of its end can be checked once the vault is open.',
    }
  const signed = await store.read<{ hash: string }>('SELECT hash FROM vault_audit WHERE seq = ?', [head.signedSeq])
  if (endFits(keys, head.signature, head.signedSeq, signed[0]?.hash ?? '') !== true)
    return wrong(
      head.signedSeq,
      'Every entry follows from the one before, but the end does not fit its signature: another hand wrote the log anew.',
    )
  return {
    whole: 'yes',
    entries: chain.entries,
    firstWrong: null,
    detail: `All ${chain.entries} entries are there, unchanged and in order.`,
  }
}

interface Walked {
  readonly entries: number
  readonly hash: string
  readonly wrong?: { readonly seq: number; readonly detail: string }
  /** undefined: there is no anchor. */
  readonly anchorFits: boolean | undefined
  /** The first entry that tells of a change by another hand. */
  readonly tampered: number | undefined
}

async function walk(store: VaultStore, vaultId: string, anchor: AuditEnd | null): Promise<Walked> {
  let hash = firstHash(vaultId)
  let seq = 0
  let anchorFits = anchor ? anchor.seq === 0 : undefined
  let tampered: number | undefined
  for (;;) {
    const rows = await store.read<Row>(`SELECT ${COLUMNS} FROM vault_audit WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`, [seq])
    for (const row of rows) {
      const told = { entries: seq, hash, anchorFits, tampered }
      if (row.seq !== seq + 1) return { ...told, wrong: { seq: seq + 1, detail: `Entry ${seq + 1} is missing.` } }
      seq = row.seq
      hash = entryHash(hash, row)
      if (hash !== row.hash)
        return {
          ...told,
          wrong: { seq, detail: `Entry ${seq} does not follow from the one before: it was changed, or is not in its place.` },
        }
      if (anchor?.seq === seq) anchorFits = anchor.hash === hash
      if (row.kind === 'tamper') tampered ??= seq
    }
    if (rows.length < PAGE) return { entries: seq, hash, anchorFits, tampered }
  }
}
