/** Proposals of a changed persona: asked of a model, shown as a diff, applied and reverted by the person. */
import { type HealProposal, type PersonaDoc, personaDoc } from '#contract'
import { LIMITS, PROPOSAL_STATES, type ProposalState } from '#contract/plain'
import { canonicalJson, integer, json, newId, oneOf, orNull, type RowOf, readRow, readRows, type Statement, TroupeError, text } from '#core'
import type { HealPorts } from './ports.ts'
import { PROPOSER, readProposal } from './proposed-change.ts'

const ROW = {
  id: text,
  persona_id: text,
  persona_name: text,
  state: oneOf(PROPOSAL_STATES),
  created_at: integer,
  made_by: text,
  run_id: text,
  base_revision: integer,
  applied_revision: orNull(integer),
  why: text,
  before: json('a persona', personaDoc),
  after: orNull(json('a persona', personaDoc)),
}
type Row = RowOf<typeof ROW>
const COLUMNS = Object.keys(ROW).join(', ')
const SHOWN = 100
/** How much of the failed runs' words the model is given. */
const FAILURE_CHARS = 6000

export interface Proposals {
  /** The newest first, without the measures. */
  list(): Promise<readonly HealProposal[]>
  /** NOT_FOUND. */
  get(id: string): Promise<HealProposal>
  /** WRONG_STATE: no model may be asked, or one is asked just now. NOT_FOUND. */
  propose(personaId: string, hint: string): Promise<HealProposal>
  /** CONFLICT, WRONG_STATE. */
  apply(id: string): Promise<HealProposal>
  reject(id: string): Promise<HealProposal>
  revert(id: string): Promise<HealProposal>
  runEnded(runId: string, ok: boolean): Promise<void>
  askedSince(personaId: string, since: number): Promise<boolean>
}

export const openProposals = (ports: HealPorts): Proposals => new ProposalDesk(ports)

class ProposalDesk implements Proposals {
  readonly #ports: HealPorts

  constructor(ports: HealPorts) {
    this.#ports = ports
  }

  async list(): Promise<readonly HealProposal[]> {
    const sql = `SELECT ${COLUMNS} FROM heal_proposal ORDER BY created_at DESC, id LIMIT ${SHOWN}`
    return (await readRows(this.#ports.store, ROW, sql)).map((row) => this.#shown(row))
  }

  async get(id: string): Promise<HealProposal> {
    const { runs } = this.#ports
    const row = await this.#need(id)
    const [before, after] = await Promise.all([
      runs.measure(row.persona_id, row.base_revision),
      row.applied_revision === null ? null : runs.measure(row.persona_id, row.applied_revision),
    ])
    return { ...this.#shown(row), measuredBefore: before, measuredAfter: after }
  }

  async propose(personaId: string, hint: string): Promise<HealProposal> {
    const { store, clock, chance, announce, personas, runs, healWith } = this.#ports
    const model = healWith()
    if (model.indexOf('/') < 1) {
      throw new TroupeError('WRONG_STATE', 'No model may be asked for proposals.', {
        hint: 'Name one: troupe settings set healWith provider/model, or the Health screen.',
      })
    }
    if (await this.#read(`persona_id = ? AND state = 'asked' LIMIT 1`, [personaId])) {
      throw new TroupeError('WRONG_STATE', 'A model is asked about this persona just now; its proposal comes by itself.')
    }
    const { revision, doc } = await personas.get(personaId)
    const failures = (await runs.failuresOf(personaId)).join('\n').slice(0, FAILURE_CHARS)
    const input = `Definition:\n${canonicalJson(doc)}\n\nWhat failed runs said:\n${failures || 'nothing'}\n\n${hint}`
    const runId = await runs.startDraft(proposer(doc.name, model), input)
    const id = newId(chance, 'prop')
    const params = [id, personaId, doc.name, 'asked', clock.now(), model, runId, revision, null, hint, JSON.stringify(doc), null]
    await store.write([{ sql: `INSERT INTO heal_proposal (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, params }])
    announce('health', id, 'asked')
    return this.#shown(await this.#need(id))
  }

  async runEnded(runId: string, ok: boolean): Promise<void> {
    const { store, announce, tell, runs } = this.#ports
    const row = await this.#read(`run_id = ? AND state = 'asked'`, [runId])
    if (!row) return
    const { text: answer } = await runs.resultOf(runId)
    const proposed = ok ? readProposal(answer, row.before) : ({ ok: false, why: `The model gave no answer. ${answer}`.trim() } as const)
    const same = proposed.ok && canonicalJson(proposed.doc) === canonicalJson(row.before)
    if (!proposed.ok || same) {
      const why = same ? `It would change nothing. ${proposed.why}` : proposed.why
      await store.write([move(row.id, 'asked', 'failed', { why, after: null })])
    } else {
      await store.write([move(row.id, 'asked', 'proposed', { why: proposed.why, after: JSON.stringify(proposed.doc) })])
      tell({ title: `A change of ${row.persona_name} is proposed`, text: proposed.why, runId, failed: false })
    }
    announce('health', row.id, 'proposed')
  }

  async apply(id: string): Promise<HealProposal> {
    const row = await this.#need(id)
    if (row.state !== 'proposed' || row.after === null) throw wrongState(row.state, 'applied')
    const message = `Proposal ${id}: ${row.why}`.slice(0, LIMITS.revisionMessageChars)
    const revision = await this.#ports.personas.save(row.persona_id, row.after, row.base_revision, message)
    const applied = {
      sql: `UPDATE heal_proposal SET state = 'applied', applied_revision = ? WHERE id = ? AND state = 'proposed'`,
      params: [revision, id],
      expectChanges: 1,
    }
    return this.#moved(id, 'applied', applied)
  }

  async reject(id: string): Promise<HealProposal> {
    const row = await this.#need(id)
    if (row.state !== 'proposed') throw wrongState(row.state, 'rejected')
    return this.#moved(id, 'rejected', move(id, 'proposed', 'rejected', saidOf(row)))
  }

  async revert(id: string): Promise<HealProposal> {
    const row = await this.#need(id)
    if (row.state !== 'applied') throw wrongState(row.state, 'reverted')
    await this.#ports.personas.restore(row.persona_id, row.base_revision, `Proposal ${id} was reverted`)
    return this.#moved(id, 'reverted', move(id, 'applied', 'reverted', saidOf(row)))
  }

  async askedSince(personaId: string, since: number): Promise<boolean> {
    return (await this.#read('persona_id = ? AND created_at >= ? LIMIT 1', [personaId, since])) !== undefined
  }

  async #moved(id: string, to: ProposalState, statement: Statement): Promise<HealProposal> {
    await this.#ports.store.write([statement])
    this.#ports.announce('health', id, to)
    return this.get(id)
  }

  #read(where: string, params: readonly (string | number)[]): Promise<Row | undefined> {
    return readRow(this.#ports.store, ROW, `SELECT ${COLUMNS} FROM heal_proposal WHERE ${where}`, params)
  }

  async #need(id: string): Promise<Row> {
    const row = await this.#read('id = ?', [id])
    if (!row) throw new TroupeError('NOT_FOUND', `There is no proposal ${id}.`)
    return row
  }

  #shown(row: Row): HealProposal {
    return proposalOf(row, row.after === null ? [] : this.#ports.personas.diff(row.before, row.after))
  }
}

/** Who is asked: a persona of one turn, without tools. */
function proposer(name: string, model: string): PersonaDoc {
  const slash = model.indexOf('/')
  return personaDoc.parse({
    name: `Proposal for ${name}`.slice(0, LIMITS.nameChars),
    icon: 'wrench',
    sections: [{ id: 'task', kind: 'instructions', text: PROPOSER }],
    body: { kind: 'model', models: [{ provider: model.slice(0, slash), model: model.slice(slash + 1) }], temperature: null },
    limits: { turns: 1 },
  })
}

const saidOf = ({ why, after }: Row): Said => ({ why, after: after && JSON.stringify(after) })

interface Said {
  readonly why: string
  readonly after: string | null
}

const move = (id: string, from: ProposalState, to: ProposalState, { why, after }: Said): Statement => ({
  sql: 'UPDATE heal_proposal SET state = ?, why = ?, after = ? WHERE id = ? AND state = ?',
  params: [to, why, after, id, from],
  expectChanges: 1,
})

const wrongState = (state: ProposalState, wanted: string): TroupeError =>
  new TroupeError('WRONG_STATE', `This proposal is ${state} and cannot be ${wanted}.`, { facts: { state } })

function proposalOf(row: Row, changes: HealProposal['changes'] | readonly HealProposal['changes'][number][]): HealProposal {
  const { id, state, why, before, after } = row
  return {
    id,
    personaId: row.persona_id,
    personaName: row.persona_name,
    state,
    createdAt: row.created_at,
    madeBy: row.made_by,
    runId: row.run_id,
    baseRevision: row.base_revision,
    appliedRevision: row.applied_revision,
    why,
    before,
    after,
    changes: [...changes],
    measuredBefore: null,
    measuredAfter: null,
  }
}
