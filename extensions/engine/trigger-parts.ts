/**
 * Part of the composition root: triggers, the bus and the schedules, plugged into each other and into the runs. A start costs no more than one
 * question to the store; the rooms are loaded when something is due soon, watches, or is asked for.
 */
import type { RunRow, SafeMode } from '#contract'
import { isTerminal } from '#contract/plain'
import {
  type Announce,
  asTroupeError,
  type Chance,
  type Clock,
  type Logger,
  messageOf,
  once,
  type Scope,
  type SecretBook,
  type Statement,
} from '#core'
import { systemLookup } from '#core/node'
import type { Bus } from './bus/mod.ts'
import type { Announcement } from './notify/mod.ts'
import type { Runs } from './run/mod.ts'
import { refuseInSafeMode } from './safe-start.ts'
import type { Store } from './store/mod.ts'
import type { FirstLook, RunEnd, TriggerPorts, Triggers } from './trigger/mod.ts'
import { sealedTexts, sender, watchersOf } from './trigger-watch.ts'
import type { Vault } from './vault/mod.ts'
import type { Webhooks } from './webhook/mod.ts'

/** Nothing of this before the engine has settled. */
const FIRST_MS = 1_500
/** So long before a due time the rooms are loaded. */
const AHEAD_MS = 60_000
const LOOK_MS = 30_000
const DAY_MS = 24 * 3_600_000

interface Ground {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly announce: Announce
  readonly log: Logger
}

interface Others {
  readonly safeMode: Pick<SafeMode, 'on'>
  readonly runs: () => Runs
  readonly personas: () => {
    nameOf(id: string): Promise<string | null>
    get(id: string): Promise<{ readonly doc: { readonly limits: { readonly concurrency: number } } }>
  }
  readonly vault: Vault
  readonly book: SecretBook
  readonly notices: { announce(said: Announcement): Promise<void> }
  readonly settings: { readonly current: { readonly eventsKeptDays: number; readonly eventsKeptMb: number } }
}

interface Opened {
  readonly webhooks: Webhooks
  readonly triggers: Triggers
  readonly bus: Bus
}

export interface TriggerParts {
  triggers(): Promise<Triggers>
  bus(): Promise<Bus>
  webhooks(): Promise<Webhooks>
  /** Outbound webhooks are subscribers of the bus. */
  outbound(): Promise<{
    subscribe(id: string, doc: { readonly name: string; readonly types: readonly string[]; readonly enabled: boolean }): Statement
    unsubscribe(id: string): Statement
  }>
  /** The run and persona rooms' `announce`, which is listened to. */
  hear(announce: Announce): Announce
  nextFireAt(personaId: string): number | null
  /** Once, when the engine listens. */
  begin(): void
}

export function openTriggerParts(ground: (room: string) => Ground, scope: Scope, others: Others): TriggerParts {
  const { clock, store, log } = ground('trigger')
  let opened: Opened | undefined
  let seen: FirstLook | undefined
  let stopped = false
  let timer: (() => void) | undefined
  const open = once(async () => {
    refuseInSafeMode(others.safeMode, 'triggers, schedules and events')
    const made = await openAll(ground, others)
    opened = made
    return made
  })
  const quietly = (what: string, work: Promise<unknown>): void =>
    void work.catch((thrown: unknown) => log.warn('Triggers could not go on.', { what, problem: messageOf(thrown) }))
  const wait = (): void => {
    if (stopped || opened) return
    const due = seen?.nextAt
    if (seen?.watches || (due != null && due - clock.now() <= AHEAD_MS)) quietly('opening', open())
    else if (due != null) timer = clock.after(Math.min(LOOK_MS, due - clock.now() - AHEAD_MS), wait)
  }
  return {
    triggers: async () => (await open()).triggers,
    bus: async () => (await open()).bus,
    webhooks: async () => (await open()).webhooks,
    async outbound() {
      const { bus } = await open()
      return {
        subscribe: (id, { name, types, enabled }) =>
          bus.subscribe({ id, name, personaId: null, types, filter: [], orderBy: '*', source: '', enabled }),
        unsubscribe: (id) => bus.unsubscribe(id),
      }
    },
    hear: (announce) => (topic, id, what) => {
      announce(topic, id, what)
      if (stopped || !opened) return
      if (topic === 'run' && isTerminal(what as RunRow['state'])) quietly('run ended', runEnded(opened.triggers, others.runs(), id))
      if (topic === 'persona' && what === 'removed') quietly('persona removed', opened.triggers.personaRemoved(id))
    },
    nextFireAt: (personaId) => (opened ? opened.triggers.nextFireAt(personaId) : (seen?.nextOf.get(personaId) ?? null)),
    begin() {
      scope.add('bus', async () => {
        stopped = true
        timer?.()
        const made = await open.made()
        await made?.bus.stop()
        await made?.webhooks.dispose()
      })
      scope.add('triggers', async () => (await open.made())?.triggers.stop())
      const keep = (): void => {
        if (opened)
          quietly('retention', opened.bus.prune({ days: others.settings.current.eventsKeptDays, mb: others.settings.current.eventsKeptMb }))
        if (!stopped) clock.after(DAY_MS, keep)
      }
      if (others.safeMode.on) return
      timer = clock.after(FIRST_MS, () =>
        quietly(
          'first look',
          import('./trigger/mod.ts')
            .then(({ firstLook }) => firstLook(store))
            .then((look) => {
              seen = look
              wait()
            }),
        ),
      )
      clock.after(600_000, keep)
    },
  }
}

async function openAll(ground: (room: string) => Ground, others: Others): Promise<Opened> {
  const [{ openBus }, { makeTriggers }, { makeWebhooks }, schedule] = await Promise.all([
    import('./bus/mod.ts'),
    import('./trigger/mod.ts'),
    import('./webhook/mod.ts'),
    import('./schedule/mod.ts'),
  ])
  const bus: Bus = await openBus({
    ...ground('bus'),
    redactor: others.book.redactor,
    deliver: (id, delivered) => (id.startsWith('out_') ? sentOut(id, delivered.event.seq) : triggers.deliver(id, delivered)),
    causeOf: (runId) => triggers.causeOf(runId),
  })
  const sentOut = async (id: string, seq: number) => {
    await webhooks.out.deliver(id, (await bus.get(seq)).cloud)
    return { state: 'delivered', fireId: null, runId: null } as const
  }
  const egress = async () => (await import('./tool/mod.ts')).guardedEgress({ lookup: systemLookup, redactor: others.book.redactor })
  const webhooks: Webhooks = await makeWebhooks({
    ...ground('webhook'),
    secrets: sealedTexts(others.vault),
    trigger: async (id) => triggers.documentOf(id),
    emit: (draft) => bus.emit(draft),
    send: sender(egress),
  })
  const triggers: Triggers = await makeTriggers({
    ...ground('trigger'),
    schedule,
    bus,
    runs: runsDoor(others),
    personaName: async (id) => (await others.personas().nameOf(id)) ?? undefined,
    machineZone: schedule.machineZone,
    watchers: await watchersOf(webhooks, egress),
    tell: ({ kind, title, text, triggerId }) =>
      void others.notices.announce({ kind, title, text, subject: null, href: '/triggers', key: `${triggerId} ${title}` }),
    webhookPort: () => webhooks.port,
    webhooks,
  })
  await triggers.open()
  await bus.start()
  return { triggers, bus, webhooks }
}

function runsDoor({ runs, personas }: Others): TriggerPorts['runs'] {
  return {
    start: (ask) => runs().start({ ...ask, params: { ...ask.params } }),
    cancel: async (id) => {
      await runs().cancel(id)
    },
    async stateOf(id) {
      try {
        const { run } = await runs().get(id)
        return { state: run.state, costUsd: run.costUsd, endedAt: run.endedAt }
      } catch (thrown) {
        if (asTroupeError(thrown).code === 'NOT_FOUND') return undefined
        throw thrown
      }
    },
    async endedSince(at) {
      const states = ['succeeded', 'failed', 'cancelled', 'incomplete'] as const
      const { rows } = await runs().list({ filter: { states: [...states], from: at - DAY_MS }, offset: 0, limit: 500 })
      return Promise.all(rows.filter(({ endedAt }) => endedAt !== null && endedAt >= at).map(async ({ id }) => endOf(await runs().get(id))))
    },
    async history(personaId) {
      const strip = (await runs().strips()).find((one) => one.personaId === personaId)
      const took = strip?.last.flatMap(({ durationMs }) => durationMs ?? []) ?? []
      const known = strip ? strip.runs - strip.unknownCosts : 0
      const persona = await personas()
        .get(personaId)
        .catch(() => undefined)
      return {
        durationMs: took.length === 0 ? null : Math.round(took.reduce((a, b) => a + b, 0) / took.length),
        costUsd: strip && known > 0 ? strip.spentUsd / known : null,
        concurrency: persona?.doc.limits.concurrency ?? 1,
      }
    },
  }
}

async function runEnded(triggers: Triggers, runs: Runs, id: string): Promise<void> {
  await triggers.runEnded(endOf(await runs.get(id)))
}

function endOf({ run, result }: { readonly run: RunRow; readonly result: string }): RunEnd {
  return {
    id: run.id,
    personaId: run.personaId,
    personaName: run.personaName,
    state: run.state,
    reason: run.reason?.message ?? '',
    // Longer ones are read from the run; an event stays small.
    result: result.slice(0, 200_000),
    durationMs: run.endedAt === null || run.startedAt === null ? null : run.endedAt - run.startedAt,
    costUsd: run.costUsd,
  }
}
