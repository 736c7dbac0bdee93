/**
 * The hash-chained log. An operation goes through `append` together with its entry, in one transaction: if the entry cannot be
 * written, the operation does not happen. What has no statements of its own (a lend, a reveal) appends first and acts after. [VT24–VT27]
 */
import type { AuditKind, AuditOutcome, AuditSubject } from '#contract'
import { type Clock, type OneAtATime, type Statement, TroupeError } from '#core'
import type { VaultStore } from '../ports.ts'
import type { KeySet } from '../seal/keys.ts'
import { type ChainRow, endFits, entryHash, firstHash, signEnd } from './chain.ts'

const NOTE_CHARS = 300

export interface AuditDraft {
  readonly kind: AuditKind
  /** Default `done`. */
  readonly outcome?: AuditOutcome
  /** Who asked: CallContext.clientName, or `engine`. */
  readonly by: string
  /** Ids and names; never a value. */
  readonly subject?: AuditSubject
  /** One plain sentence, at most 300 characters, without values. */
  readonly note?: string
}

export interface Audit {
  /** Entries and statements in one durable transaction; rejects, with nothing written, when either cannot be. Answers each statement's changes. */
  append(entries: AuditDraft | readonly AuditDraft[], statements?: readonly Statement[]): Promise<readonly { readonly changes: number }[]>
}

/** How the log ends. */
export interface AuditHead {
  readonly seq: number
  readonly hash: string
  /** How far it was signed, and that. */
  readonly signedSeq: number
  readonly signature: string
}

export interface AuditPorts {
  readonly store: VaultStore
  readonly clock: Clock
  readonly turn: OneAtATime
  /** undefined: there is no vault, and no log. */
  readonly vaultId: () => string | undefined
  /** The newest key; undefined while sealed. */
  readonly signer: () => KeySet | undefined
}

export interface AuditLog extends Audit {
  readonly head: AuditHead | undefined
  /** As `append`, signed with this key: for the entry of the unlock itself. */
  appendWith(keys: KeySet, entries: readonly AuditDraft[], statements?: readonly Statement[]): Promise<void>
  /** Why the log does not fit what was signed; undefined: it does, or was never signed. */
  strayed(keys: readonly KeySet[]): Promise<string | undefined>
}

export async function openAudit(ports: AuditPorts): Promise<AuditLog> {
  let { head, odd, recorded } = await findEnd(ports.store)
  const write = (entries: readonly AuditDraft[], statements: readonly Statement[], signer: () => KeySet | undefined) =>
    ports.turn(async () => {
      const vaultId = ports.vaultId()
      if (vaultId === undefined)
        throw new TroupeError('SEALED', 'There is no vault yet, so nothing can be done with it.', { hint: 'Make one: troupe vault init.' })
      const rows = chained(head, vaultId, entries, ports.clock.now())
      const next = endOf(head, rows, signer())
      const results = await ports.store.write([...rows.map(insertRow), moveHead(next, recorded), ...statements])
      head = next
      recorded = next.seq
      return results.slice(rows.length + 1)
    })
  return {
    get head() {
      return head
    },
    append: (entries, statements = []) => write(Array.isArray(entries) ? entries : [entries as AuditDraft], statements, ports.signer),
    async appendWith(keys, entries, statements = []) {
      await write(entries, statements, () => keys)
      odd = undefined
    },
    strayed: async (keys) => odd ?? strayed(ports.store, keys),
  }
}

type HashedRow = ChainRow & { readonly hash: string }

function chained(head: AuditHead | undefined, vaultId: string, entries: readonly AuditDraft[], at: number): HashedRow[] {
  let { seq, hash } = head ?? { seq: 0, hash: firstHash(vaultId) }
  return entries.map(({ kind, outcome = 'done', by, subject = {}, note = '' }) => {
    seq += 1
    const row = { seq, at, kind, outcome, who: by, subject: JSON.stringify(subject), note: note.slice(0, NOTE_CHARS) }
    hash = entryHash(hash, row)
    return { ...row, hash }
  })
}

function endOf(head: AuditHead | undefined, rows: readonly HashedRow[], signer: KeySet | undefined): AuditHead {
  const last = rows.at(-1)
  if (!last) throw new TroupeError('INTERNAL', 'An audit entry was asked for, and none was given.')
  const { seq, hash } = last
  return signer
    ? { seq, hash, signedSeq: seq, signature: signEnd(signer, seq, hash) }
    : { seq, hash, signedSeq: head?.signedSeq ?? 0, signature: head?.signature ?? '' }
}

function insertRow({ seq, at, kind, outcome, who, subject, note, hash }: HashedRow): Statement {
  const sql = 'INSERT INTO vault_audit (seq, at, kind, outcome, who, subject, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
  return { sql, params: [seq, at, kind, outcome, who, subject, note, hash] }
}

/** CONFLICT when the log ends elsewhere than this engine knows: nothing is written over another hand's entry. */
function moveHead({ seq, hash, signedSeq, signature }: AuditHead, before: number): Statement {
  const sql = `INSERT INTO vault_audit_head (one, seq, hash, signed_seq, signature) VALUES (1, ?, ?, ?, ?)
    ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signed_seq = excluded.signed_seq, signature = excluded.signature
    WHERE vault_audit_head.seq = ?`
  return { sql, params: [seq, hash, signedSeq, signature, before], expectChanges: 1 }
}

export async function readHead(store: VaultStore): Promise<AuditHead | undefined> {
  const [row] = await store.read<{ seq: number; hash: string; signed_seq: number; signature: string }>(
    'SELECT seq, hash, signed_seq, signature FROM vault_audit_head',
  )
  return row && { seq: row.seq, hash: row.hash, signedSeq: row.signed_seq, signature: row.signature }
}

/**
 * Where the next entry goes. An end that another hand added to, or whose record it took away, must not keep the vault shut for ever:
 * the log goes on behind what is there, and the next unlock enters what was odd.
 */
async function findEnd(store: VaultStore): Promise<{ head: AuditHead | undefined; odd: string | undefined; recorded: number }> {
  const [head, seq] = await Promise.all([readHead(store), lastSeq(store)])
  const recorded = head?.seq ?? 0
  if (seq <= recorded) return { head, odd: undefined, recorded }
  const hash = (await hashAt(store, seq)) ?? ''
  if (!head) return { head: { seq, hash, signedSeq: 0, signature: '' }, odd: 'the record of how the log ends is gone', recorded }
  return { head: { ...head, seq, hash }, odd: `it goes on to entry ${seq}, and ${head.seq} were written`, recorded }
}

async function strayed(store: VaultStore, keys: readonly KeySet[]): Promise<string | undefined> {
  const head = await readHead(store)
  if (!head) return undefined
  if ((await hashAt(store, head.seq)) !== head.hash) return `entry ${head.seq}, with which it ended, is gone or another`
  if (head.signature === '') return neverSigned(store)
  const hash = await hashAt(store, head.signedSeq)
  if (hash === undefined) return `entry ${head.signedSeq}, which was signed, is gone`
  if (endFits(keys, head.signature, head.signedSeq, hash) !== true) return `entry ${head.signedSeq} is not the one that was signed`
  return undefined
}

/** A header on a new store may have met wrong answers before its first right one; anything else was signed when it was written. */
async function neverSigned(store: VaultStore): Promise<string | undefined> {
  const sql = "SELECT seq FROM vault_audit WHERE kind <> 'unlock' OR outcome <> 'failed' LIMIT 1"
  const [entry] = await store.read<{ seq: number }>(sql)
  return entry && `entry ${entry.seq} was signed, and the signature is gone`
}

async function lastSeq(store: VaultStore): Promise<number> {
  return (await store.read<{ seq: number | null }>('SELECT max(seq) AS seq FROM vault_audit'))[0]?.seq ?? 0
}

export async function hashAt(store: VaultStore, seq: number): Promise<string | undefined> {
  return (await store.read<{ hash: string }>('SELECT hash FROM vault_audit WHERE seq = ?', [seq]))[0]?.hash
}
