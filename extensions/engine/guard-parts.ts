/** Part of the composition root: approvals, budgets and healing, plugged into runs, personas and settings. Each is opened with the first call that needs it. */
import type { InboxItem, RunRow, SafeMode } from '#contract'
import { isTerminal, type RunReasonCode } from '#contract/plain'
import { type Announce, type Chance, type Clock, type Logger, messageOf, once, type Scope } from '#core'
import { localDay } from '#core/node'
import { type Approvals, openApprovals } from './approve/mod.ts'
import { type Budgets, openBudgets } from './budget/mod.ts'
import { guardGate } from './guard-gate.ts'
import { type Healing, openHealing } from './heal/mod.ts'
import type { NotifyDoor } from './notify-door.ts'
import { diffDocuments, type Personas } from './persona/mod.ts'
import type { RunGate, Runs } from './run/mod.ts'
import type { SettingsRoom } from './settings/mod.ts'
import type { Store } from './store/mod.ts'

interface Ground {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly announce: Announce
  readonly log: Logger
}

interface Others {
  readonly scope: Scope
  readonly settings: SettingsRoom
  readonly safeMode: SafeMode
  readonly leaveSafeMode: () => void
  /** Opened after this, and asked only later. */
  readonly runs: () => Runs
  readonly personas: () => Personas
  readonly notices: Pick<NotifyDoor, 'announce'>
}

export interface GuardParts {
  readonly gate: RunGate
  /** The run room's `announce`, which is listened to: what a run that has ended left waiting waits no more. */
  hear(announce: Announce): Announce
  /** Once, when runs may go on: what a crash left between a decision and its run is put right, and retries that are due begin. */
  begin(): Promise<void>
  readonly approvals: () => Promise<Approvals>
  readonly budgets: () => Promise<Budgets>
  readonly healing: () => Promise<Healing>
  readonly safeMode: SafeMode
  /** Whose run it is, for the budgets. */
  readonly runPlace: (runId: string) => Promise<{ readonly rootId: string; readonly personaId: string | null; readonly group: string }>
}

/** Runs of a persona that are looked at when a revision is measured. */
const MEASURED = 200
const FAILURES_READ = 5
/** So many runs of one chain are gone back through. */
const SESSION_DEPTH = 50
/** Runs in one page when all parked ones are looked through. */
const PAGE = 500

type Rooms = Pick<GuardParts, 'approvals' | 'budgets' | 'healing'>

/** Each is opened with its first call. */
function openRooms(ground: (room: string) => Ground, others: Others): Rooms {
  const { scope, settings, safeMode } = others
  const goOn = async (runId: string): Promise<void> => {
    // One that has ended, or goes on already, is no news.
    const { run } = await others.runs().get(runId)
    if (run.state === 'parked') await others.runs().goOn(runId)
  }
  const tell = (kind: 'needs-you' | 'failed' | 'budget', title: string, text: string, runId: string | null) =>
    void others.notices.announce({
      kind,
      title,
      text,
      subject: null,
      href: kind === 'needs-you' || runId === null ? '/inbox' : `/runs/${runId}`,
    })
  const budgets = once(async () => {
    const room = await openBudgets({
      ...ground('budget'),
      calendar: localDay,
      resume: goOn,
      tell: ({ title, text, runId }) => tell('budget', title, text, runId),
    })
    scope.add('budgets', () => room.stop())
    return room
  })
  const approvals = once(() =>
    openApprovals({
      ...ground('approve'),
      fallback: () => settings.current.approvals,
      resume: goOn,
      needsPerson: ({ title, text, runId }) => tell('needs-you', title, text, runId),
      sources: [
        { name: 'parked runs', list: () => parkedItems(others.runs()), count: () => countParked(others.runs()) },
        {
          name: 'budgets',
          list: async () => (await budgets()).waits().map(budgetItem),
          count: async () => (await budgets()).waits().length,
        },
      ],
    }),
  )
  const healing = once(async () => {
    const room = await openHealing({
      ...ground('heal'),
      safeMode,
      leaveSafeMode: others.leaveSafeMode,
      resume: goOn,
      tell: ({ title, text, runId, failed }) => tell(failed ? 'failed' : 'needs-you', title, text, runId),
      healWith: () => settings.current.healWith,
      personas: healPersonas(others.personas),
      runs: healRuns(others.runs),
    })
    scope.add('healing', () => room.stop())
    return room
  })
  return { approvals, budgets, healing }
}

export function openGuardParts(ground: (room: string) => Ground, others: Others): GuardParts {
  const { settings, safeMode } = others
  const { clock, log } = ground('guard')
  const rooms = openRooms(ground, others)
  const { approvals, budgets, healing } = rooms
  const ended = async (runId: string, state: RunRow['state']): Promise<void> => {
    if (!isTerminal(state)) return
    try {
      await (await approvals()).runEnded(runId)
      await (await budgets()).runEnded(runId)
      await (await healing()).runEnded(runId, state as 'succeeded' | 'failed' | 'cancelled' | 'incomplete')
    } catch (thrown) {
      log.warn('What an ended run left waiting could not be put away; the next start does it.', { run: runId, problem: messageOf(thrown) })
    }
  }
  return {
    ...rooms,
    safeMode,
    gate: guardGate({
      ...rooms,
      clock,
      groupOf: (id) => groupOf(id, others.personas),
      sessionOf: (run) => sessionOf(run, others.runs()),
      heals: () => settings.current.healing === 'on',
    }),
    hear: (announce) => (topic, id, what) => {
      announce(topic, id, what)
      if (topic === 'run' && ENDS.has(what)) void ended(id, what as RunRow['state'])
    },
    async begin() {
      if (safeMode.on) return
      try {
        await putRight(rooms, others.runs(), ended)
      } catch (thrown) {
        log.warn('What waits could not be looked through after the start.', { problem: messageOf(thrown) })
      }
    },
    runPlace: (id) => runPlace(id, others),
  }
}

const ENDS: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'incomplete'])

/** A crash may have come between a decision and its run, or between a run's end and what it left waiting. */
async function putRight(
  { approvals, budgets, healing }: Rooms,
  runs: Runs,
  ended: (runId: string, state: RunRow['state']) => Promise<void>,
): Promise<void> {
  const of = async (...codes: readonly RunReasonCode[]) => (await Promise.all(codes.map((code) => runs.parkedFor(code)))).flat()
  const [asked, spent, again] = await Promise.all([of('approval', 'question'), of('budget'), of('retry')])
  const [inbox, ledger] = await Promise.all([approvals(), budgets()])
  // Those that are parked wait on; of the others it is looked whether they have ended.
  const parked = new Set([...asked, ...spent])
  const waiting = [...(await inbox.waitingRuns()), ...ledger.waits().map(({ runId }) => runId)]
  for (const runId of new Set(waiting.filter((id) => !parked.has(id)))) {
    const state = await runs.get(runId).then(
      ({ run }) => run.state,
      () => 'cancelled' as const,
    )
    await ended(runId, state)
  }
  await inbox.recover(asked)
  ledger.recover(spent)
  await (await healing()).begin(again)
}

/** By the runs that it repeats, the first of them. */
async function sessionOf(run: RunRow, runs: Runs): Promise<string> {
  let first = run
  for (let depth = 0; first.againOf !== null && depth < SESSION_DEPTH; depth++) {
    const before = await runs.get(first.againOf).catch(() => undefined)
    if (!before) return first.againOf
    first = before.run
  }
  return first.id
}

async function runPlace(runId: string, { runs, personas }: Pick<Others, 'runs' | 'personas'>) {
  const { run } = await runs().get(runId)
  const group = run.personaId === null ? '' : await groupOf(run.personaId, personas)
  return { rootId: runId, personaId: run.personaId, group }
}

/** Empty for a persona that is gone: its runs stay. */
async function groupOf(personaId: string, personas: Others['personas']): Promise<string> {
  return personas()
    .get(personaId)
    .then(
      ({ doc }) => doc.group,
      () => '',
    )
}

/** Of each page only what the inbox shows is kept: there may be thousands. */
async function parkedItems(runs: Runs): Promise<InboxItem[]> {
  const items: InboxItem[] = []
  let asOf: number | undefined
  for (let offset = 0; ; offset += PAGE) {
    const page = await runs.list({ filter: { states: ['parked'] }, offset, limit: PAGE, asOf })
    items.push(...page.rows.flatMap(itemOfParked))
    if (page.rows.length < PAGE) return items
    asOf = page.asOf
  }
}

async function countParked(runs: Runs): Promise<number> {
  const codes = Object.keys(PARKED) as RunReasonCode[]
  return (await Promise.all(codes.map((code) => runs.parkedFor(code)))).reduce((sum, ids) => sum + ids.length, 0)
}

const plainItem = { step: null, call: null, question: null, ruleId: null }
/** What a parked run waits for that is answered on its own screen, or by unlocking. */
const PARKED: Partial<Record<RunReasonCode, readonly [InboxItem['kind'], string]>> = {
  sealed: ['sealed', 'Unlock the vault'],
  'unknown-outcome': ['unknown-outcome', 'A step may have happened; say what did'],
  loop: ['loop', 'It goes round in a circle; guide it, or end it'],
  input: ['healing', 'Every automatic way was tried; go on, or end it'],
}

function itemOfParked(run: RunRow): InboxItem[] {
  const [kind, title] = PARKED[run.reason?.code ?? 'done'] ?? []
  if (kind === undefined || title === undefined) return []
  const { personaId, personaName } = run
  return [
    {
      ...plainItem,
      id: `${kind}:${run.id}`,
      kind,
      runId: run.id,
      personaId,
      personaName,
      title,
      why: run.reason?.message ?? '',
      since: run.queuedAt,
    },
  ]
}

function budgetItem({ runId, personaId, personaName, since, message }: ReturnType<Budgets['waits']>[number]): InboxItem {
  return {
    ...plainItem,
    id: `budget:${runId}`,
    kind: 'budget',
    runId,
    personaId,
    personaName,
    title: 'Raise the limit, or leave it until it begins anew',
    why: message,
    since,
  }
}

function healPersonas(personas: Others['personas']): Parameters<typeof openHealing>[0]['personas'] {
  return {
    get: (id) => personas().get(id),
    nameOf: (id) => personas().nameOf(id),
    async save(id, doc, baseRevision, message) {
      return (await personas().save({ id, doc, baseRevision, message })).persona.revision
    },
    async restore(id, revision, message) {
      return (await personas().restore(id, revision, message)).revision
    },
    diff: diffDocuments,
  }
}

function healRuns(runs: Others['runs']): Parameters<typeof openHealing>[0]['runs'] {
  const ended = async (personaId: string) =>
    (
      await runs().list({
        filter: { personaId, states: ['succeeded', 'failed', 'incomplete'] },
        offset: 0,
        limit: MEASURED,
      })
    ).rows
  return {
    startDraft: async (draft, input) => (await runs().start({ draft, input, params: {}, priority: 'low' })).id,
    async resultOf(runId) {
      const { run, result } = await runs().get(runId)
      return { ok: run.state === 'succeeded', text: run.state === 'succeeded' ? result : (run.reason?.message ?? '') }
    },
    async failuresOf(personaId) {
      const failed = (await ended(personaId)).filter(({ state }) => state !== 'succeeded').slice(0, FAILURES_READ)
      return failed.map(({ reason, resultPreview }) => `${reason?.code ?? ''}: ${reason?.message ?? ''} ${resultPreview}`)
    },
    async measure(personaId, revision) {
      const rows = (await ended(personaId)).filter((run) => run.revision === revision)
      const costs = rows.flatMap(({ costUsd, costKnown }) => (costKnown && costUsd !== null ? [costUsd] : []))
      const times = rows.flatMap(({ startedAt, endedAt }) => (startedAt === null || endedAt === null ? [] : [endedAt - startedAt]))
      return {
        revision,
        runs: rows.length,
        succeeded: rows.filter(({ state }) => state === 'succeeded').length,
        meanUsd: mean(costs),
        meanMs: mean(times),
      }
    },
  }
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
