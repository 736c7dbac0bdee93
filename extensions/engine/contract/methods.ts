/**
 * Every method, once. Both doors (WebSocket and OpenAPI on the socket) are made from this and nothing else.
 * Names are nouns of DESIGN's word list and a verb; routes are for curl and other languages.
 */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { inboxMethods, ruleMethods } from './approve.ts'
import { budgetMethods } from './budget.ts'
import { credentialName } from './credential.ts'
import { connectorMethods, credentialMethods } from './credential-methods.ts'
import { changeBatch, clientRow, engineStatus, licenceRow, memoryKey, preflightItem, settings, settingsPatch } from './engine.ts'
import { deadletterMethods, eventMethods } from './event-methods.ts'
import { healthMethods } from './heal.ts'
import { importReading } from './import.ts'
import { leaseMethods } from './lease.ts'
import { LIMITS } from './limits.ts'
import { mcpMethods } from './mcp-methods.ts'
import { notificationMethods } from './notification-methods.ts'
import {
  assembledPrompt,
  blastRadius,
  docChange,
  importPlan,
  personaCard,
  personaDoc,
  personaRow,
  revisionRow,
  templateRow,
} from './persona.ts'
import { discovered, probeResult, providerDoc, providerRow } from './provider.ts'
import { runDetail, runEventBatch, runFilter, runRow, runStrip } from './run.ts'
import { runJournalMethods } from './run-methods.ts'
import { serviceMethods } from './service-methods.ts'
import { prunePlan, restorePlan, storeCheck, storeEvent, storeFile, storeSealing, storeStatus } from './store.ts'
import { supportMethods } from './support.ts'
import { teamDocument } from './team.ts'
import { teamMethods } from './team-methods.ts'
import { scheduleMethods, triggerMethods } from './trigger-methods.ts'
import {
  auditRow,
  auditVerdict,
  fieldCheck,
  keyringLook,
  newSlot,
  passphraseStrength,
  proof,
  vaultAnswer,
  vaultAutoLock,
  vaultChange,
  vaultProof,
  vaultStatus,
} from './vault.ts'
import { webhookMethods } from './webhook.ts'
import { AUDIT_KINDS } from './words.ts'

const id = z.string().min(1).max(80)
const nothing = z.strictObject({})
/** `true` and `false` in a query string are words, and the word `false` must not count as true. */
const flag = z.union([z.boolean(), z.stringbool()])
const done = z.object({ done: z.literal(true) })
const message = z.string().max(LIMITS.revisionMessageChars).default('')
const params = z.record(z.string().max(40), z.string().max(100_000)).default({})
const storeName = z.string().regex(/^(?:snapshot-\d{8}|backup-\d{16}(?:-[a-z]+)?)$/)
const keeping = z.strictObject({ days: settings.shape.runsKeptDays.optional(), mb: settings.shape.runsKeptMb.optional() })
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const contract = {
  engine: {
    status: get('/status').input(nothing.optional()).output(engineStatus),
    /** Asks for an orderly stop; answered before it begins. */
    stop: post('/stop').input(nothing.optional()).output(done),
    /** What changed since `fromSeq` of `epoch`; goes on until the client leaves. */
    changes: get('/changes')
      .input(z.strictObject({ epoch: z.string().max(40).optional(), fromSeq: z.coerce.number().int().min(0).optional() }))
      .output(eventIterator(changeBatch)),
    /** Looks at this machine; with ids, only for these. */
    preflight: post('/preflight')
      .input(z.strictObject({ ids: z.array(id).min(1).max(100).optional() }).prefault({}))
      .output(z.array(preflightItem)),
    /** A one-time link to the window, good for LIMITS.linkTtlMs. */
    link: post('/link')
      .input(nothing.optional())
      .output(z.object({ url: z.string(), expiresAt: z.int() })),
    /** Shows the window (the running one if there is one), and says which way was taken and why. */
    open: post('/open')
      .input(nothing.optional())
      .output(z.object({ window: engineStatus.shape.window, why: z.string(), url: z.string().nullable() })),
    clients: get('/clients').input(nothing.optional()).output(z.array(clientRow)),
    /** A token of its own for another program: named, with an end, and never with more than the caller has. Told once. */
    grantClient: post('/clients')
      .input(
        z.strictObject({
          name: z.string().trim().min(1).max(LIMITS.nameChars),
          /** `*`, or names of methods such as `run.start`. */
          scopes: z.array(z.string().max(80)).min(1).max(100),
          /** Milliseconds from now; null: until it is revoked. */
          ttlMs: z
            .int()
            .min(1000)
            .max(10 * 365 * 24 * 3_600_000)
            .nullable()
            .default(null),
        }),
      )
      .output(z.object({ client: clientRow, token: z.string() })),
    revokeClient: post('/clients/revoke').input(z.strictObject({ id })).output(done),
    licences: get('/licences').input(nothing.optional()).output(z.array(licenceRow)),
  },
  settings: {
    get: get('/settings').input(nothing.optional()).output(settings),
    set: post('/settings').input(settingsPatch).output(settings),
    /** What the window remembers; may lose the last second in a crash. */
    remembered: get('/memory').input(nothing.optional()).output(z.record(z.string(), z.string())),
    remember: post('/memory')
      .input(z.strictObject({ key: memoryKey, value: z.string().max(LIMITS.memoryValueChars).nullable() }))
      .output(done),
  },
  persona: {
    /** In the order of the list: those in use, or with `archived` those in the archive. `text`: its words, each the beginning of one in a name, a summary, a label or a prompt. */
    list: get('/personas')
      .input(z.strictObject({ archived: flag.default(false), text: z.string().max(200).optional() }).prefault({}))
      .output(z.array(personaCard)),
    get: get('/personas/{id}')
      .input(z.strictObject({ id, revision: z.coerce.number().int().min(1).optional() }))
      .output(personaRow),
    create: post('/personas')
      .input(z.strictObject({ doc: personaDoc, message }))
      .output(personaRow),
    /** CONFLICT when `baseRevision` is no longer the current one. `saved` is false when nothing differs. */
    save: post('/personas/{id}/save')
      .input(z.strictObject({ id, doc: personaDoc, baseRevision: z.int().min(1), message }))
      .output(z.object({ saved: z.boolean(), persona: personaRow })),
    revisions: get('/personas/{id}/revisions').input(z.strictObject({ id })).output(z.array(revisionRow)),
    diff: get('/personas/{id}/diff')
      .input(z.strictObject({ id, from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1) }))
      .output(z.object({ from: personaDoc, to: personaDoc, changes: z.array(docChange) })),
    restore: post('/personas/{id}/restore')
      .input(z.strictObject({ id, revision: z.int().min(1), message }))
      .output(personaRow),
    duplicate: post('/personas/{id}/duplicate').input(z.strictObject({ id })).output(personaRow),
    archive: post('/personas/{id}/archive')
      .input(z.strictObject({ id, archived: z.boolean() }))
      .output(personaRow),
    activate: post('/personas/{id}/activate')
      .input(z.strictObject({ id, active: z.boolean() }))
      .output(personaRow),
    blastRadius: get('/personas/{id}/blast-radius').input(z.strictObject({ id })).output(blastRadius),
    /** Removes it with its revisions. Its runs stay. REFUSED while runs of it are queued or running. */
    remove: post('/personas/{id}/remove').input(z.strictObject({ id })).output(done),
    /** Puts personas in this order; `group` given: moves them there too (a revision each, if it differs). */
    arrange: post('/personas/arrange')
      .input(z.strictObject({ ids: z.array(id).min(1).max(10_000), group: z.string().max(LIMITS.nameChars).optional() }))
      .output(done),
    /** What a run of this document would send, without running it. */
    assemble: post('/personas/assemble')
      .input(z.strictObject({ doc: personaDoc, params, input: z.string().max(LIMITS.inputChars).default('') }))
      .output(assembledPrompt),
    export: post('/personas/export')
      .input(z.strictObject({ ids: z.array(id).min(1).max(1000) }))
      .output(z.object({ fileName: z.string(), text: z.string() })),
    planImport: post('/personas/import/plan')
      .input(z.strictObject({ text: z.string().max(LIMITS.importBytes) }))
      .output(importPlan),
    import: post('/personas/import')
      .input(z.strictObject({ text: z.string().max(LIMITS.importBytes), digest: z.string() }))
      .output(z.array(personaRow)),
    templates: get('/templates').input(nothing.optional()).output(z.array(templateRow)),
  },
  run: {
    /**
     * Queues a run of a persona, or of a draft that belongs to none. FULL when the queue is; WRONG_STATE for an archived or sleeping
     * persona; INVALID for a wrong parameter, or when neither is named.
     */
    start: post('/runs')
      .input(
        z.strictObject({
          /** Left out: `draft` alone is tried, by nobody's name, in a workspace that is gone when the run ends. */
          personaId: id.optional(),
          input: z.string().max(LIMITS.inputChars).default(''),
          params,
          revision: z.int().min(1).optional(),
          /** Tries this unsaved document, in the persona's name if one is given; the run then names no revision. */
          draft: personaDoc.optional(),
          priority: z.enum(['high', 'normal', 'low']).default('normal'),
          againOf: id.optional(),
          /** Lent to this run alone, by name, besides what the persona was granted. */
          credentials: z.array(credentialName).max(20).default([]),
        }),
      )
      .output(runRow),
    get: get('/runs/{id}').input(z.strictObject({ id })).output(runDetail),
    list: post('/runs/list')
      .input(
        z.strictObject({
          filter: runFilter.prefault({}),
          /** Newest first. Rows queued after `asOf` are left out, so that pages do not shift. */
          asOf: z.int().optional(),
          offset: z.int().min(0).default(0),
          limit: z.int().min(1).max(LIMITS.pageRows).default(100),
        }),
      )
      .output(z.object({ rows: z.array(runRow), total: z.int(), asOf: z.int() })),
    strips: get('/runs/strips').input(nothing.optional()).output(z.array(runStrip)),
    /** Live, from `fromSeq` (1 is the first event); after a reconnect ask again with the next number. */
    follow: get('/runs/{id}/follow')
      .input(z.strictObject({ id, fromSeq: z.coerce.number().int().min(1).default(1) }))
      .output(eventIterator(runEventBatch)),
    /** Answers when the cancel is under way; the run's stream says when it ended. WRONG_STATE for an ended run. */
    cancel: post('/runs/{id}/cancel').input(z.strictObject({ id })).output(runRow),
    /** The whole run as one text file. */
    export: get('/runs/{id}/export')
      .input(z.strictObject({ id, format: z.enum(['text', 'json']).default('text') }))
      .output(z.object({ fileName: z.string(), text: z.string() })),
    ...runJournalMethods,
  },
  provider: {
    list: get('/providers').input(nothing.optional()).output(z.array(providerRow)),
    /** Looks without saving. */
    probe: post('/providers/probe')
      .input(z.strictObject({ doc: providerDoc, model: z.string().max(200).optional() }))
      .output(probeResult),
    /** Probes, and saves only what answered: UNREACHABLE or UNAUTHORISED otherwise. */
    save: post('/providers')
      .input(z.strictObject({ doc: providerDoc, model: z.string().max(200).optional() }))
      .output(providerRow),
    remove: post('/providers/{id}/remove').input(z.strictObject({ id })).output(done),
    /** Ollama and LM Studio on their default ports, keys in the environment. */
    discover: post('/providers/discover').input(nothing.optional()).output(z.array(discovered)),
  },
  /** The data as a whole. Long work is one at a time (WRONG_STATE while another is under way), is told by `status`, and ends with `cancel`. */
  store: {
    status: get('/store').input(nothing.optional()).output(storeStatus),
    /** Snapshots and backups, the newest first. */
    files: get('/store/files').input(nothing.optional()).output(z.array(storeFile)),
    /** What was done to the data as a whole, the newest first; the last 200. */
    events: get('/store/events').input(nothing.optional()).output(z.array(storeEvent)),
    /** Makes a snapshot of everything so far. */
    compact: post('/store/compact').input(nothing.optional()).output(done),
    /** Opens a snapshot or backup and looks through all of it; without a name, the database as it stands. */
    verify: post('/store/verify')
      .input(z.strictObject({ name: storeName.optional() }).prefault({}))
      .output(storeCheck),
    /** Makes a backup and opens it; one that is not found whole is told as DAMAGED, and removed. */
    backup: post('/store/backup').input(nothing.optional()).output(storeFile),
    removeBackup: post('/store/files/remove')
      .input(z.strictObject({ name: storeName }))
      .output(done),
    /** A snapshot is kept as a backup first, and the plan names that one: restore it by the plan's name. */
    planRestore: post('/store/restore/plan')
      .input(z.strictObject({ name: storeName }))
      .output(restorePlan),
    /** The present state is backed up first. Answers when the engine is about to restart with the restored data. CONFLICT: not the planned file. */
    restore: post('/store/restore')
      .input(z.strictObject({ name: storeName, digest: z.string().max(100) }))
      .output(done),
    /** Writes the database as a plain SQLite file into the data folder's `exports`; sealed fields stay sealed. */
    export: post('/store/export')
      .input(nothing.optional())
      .output(z.object({ path: z.string(), bytes: z.int() })),
    /** What the retention settings would remove now; with values, what those would. */
    planPrune: post('/store/prune/plan').input(keeping.prefault({})).output(prunePlan),
    /** Removes it now. */
    prune: post('/store/prune').input(keeping.prefault({})).output(prunePlan),
    /**
     * Answers when the engine is about to restart, which rewrites everything with the vault's key and removes the plain files and backups.
     * SEALED: the vault is locked. WRONG_STATE: it is sealed already, or the next start could not have the key.
     */
    seal: post('/store/seal').input(storeSealing.prefault({})).output(done),
    /** The way back. The sealed backups are removed. */
    unseal: post('/store/unseal').input(nothing.optional()).output(done),
    /** Ends the work that is under way. WRONG_STATE when there is none, or it can no longer be undone. */
    cancel: post('/store/cancel').input(nothing.optional()).output(done),
  },
  /** Expected failures are values (`ok: false`); SEALED and REAUTHENTICATE are thrown. */
  vault: {
    status: get('/vault').input(nothing.optional()).output(vaultStatus),
    /** Judges a passphrase before it is taken. It is kept nowhere, and works in every state. */
    strength: post('/vault/strength')
      .input(z.strictObject({ passphrase: z.string().min(1).max(LIMITS.passphraseChars.max) }))
      .output(passphraseStrength),
    /** Makes the vault, open. `exists` when there is one already, whatever its state: nothing is ever made over it. */
    init: post('/vault/init')
      .input(z.strictObject({ slots: z.array(newSlot).min(1).max(3) }))
      .output(vaultChange),
    unlock: post('/vault/unlock')
      .input(z.strictObject({ answer: vaultAnswer }))
      .output(vaultChange),
    lock: post('/vault/lock').input(nothing.optional()).output(vaultStatus),
    /** Asks for a proof for the calls below and for reveal, copy and export. A keyring is accepted only by a vault without a passphrase. */
    reauthenticate: post('/vault/reauthenticate')
      .input(z.strictObject({ answer: vaultAnswer }))
      .output(vaultProof),
    /** Whether this machine's keyring could be used, without making an entry. */
    keyring: get('/vault/keyring').input(nothing.optional()).output(keyringLook),
    addSlot: post('/vault/slots')
      .input(z.strictObject({ slot: newSlot, proof }))
      .output(vaultChange),
    /** A new passphrase, keyring key or recovery code in the place of this slot's; `label` alone renames it. The kind stays. */
    changeSlot: post('/vault/slots/{id}/change')
      .input(z.strictObject({ id, slot: newSlot.optional(), label: z.string().trim().min(1).max(LIMITS.nameChars).optional(), proof }))
      .output(vaultChange),
    removeSlot: post('/vault/slots/{id}/remove').input(z.strictObject({ id, proof })).output(vaultChange),
    /** The code of a kit, typed back: marks its slot as confirmed. */
    confirmRecovery: post('/vault/recovery/confirm')
      .input(z.strictObject({ code: z.string().min(1).max(LIMITS.passphraseChars.max) }))
      .output(vaultChange),
    /** A new master key, and every field sealed anew. Answers when it began (or went on, when one was stopped); the status tells how far it is. */
    rotate: post('/vault/rotate').input(z.strictObject({ proof })).output(vaultStatus),
    /** Stops a rotation; both keys stay until it goes on. */
    stopRotation: post('/vault/rotate/stop').input(nothing.optional()).output(vaultStatus),
    setAutoLock: post('/vault/auto-lock')
      .input(z.strictObject({ autoLock: vaultAutoLock, proof }))
      .output(vaultStatus),
    /** Opens every field once, and tells which are damaged. */
    checkFields: post('/vault/check').input(nothing.optional()).output(fieldCheck),
    /** Newest first; `before` is the seq of the last row of the page before. */
    audit: post('/vault/audit')
      .input(
        z.strictObject({
          kinds: z.array(z.enum(AUDIT_KINDS)).max(AUDIT_KINDS.length).optional(),
          credentialId: id.optional(),
          before: z.int().min(1).optional(),
          limit: z.int().min(1).max(LIMITS.pageRows).default(100),
        }),
      )
      .output(z.object({ rows: z.array(auditRow), total: z.int() })),
    verifyAudit: post('/vault/audit/verify').input(nothing.optional()).output(auditVerdict),
  },
  import: {
    /** What an import of n8n workflow JSON would make, with its report. Nothing is created. What is no workflow is `ok: false` with the reason. */
    plan: post('/import/plan')
      .input(z.strictObject({ text: z.string().max(LIMITS.n8nFileChars) }))
      .output(importReading),
    /** A team as n8n workflow JSON. */
    exportN8n: post('/import/export')
      .input(z.strictObject({ team: teamDocument }))
      .output(z.object({ text: z.string() })),
  },
  team: teamMethods,
  connector: connectorMethods,
  credential: credentialMethods,
  lease: leaseMethods,
  mcp: mcpMethods,
  service: serviceMethods,
  notification: notificationMethods,
  support: supportMethods,
  inbox: inboxMethods,
  rule: ruleMethods,
  budget: budgetMethods,
  health: healthMethods,
  trigger: triggerMethods,
  schedule: scheduleMethods,
  event: eventMethods,
  deadletter: deadletterMethods,
  webhook: webhookMethods,
}
export type Contract = typeof contract
