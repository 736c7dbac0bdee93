/** Part of the composition root: notifications, and what the rooms' facts become in them. Loaded with the first of them. */
import type { CredentialRow, RunRow } from '#contract'
import { type Announce, type Chance, type Clock, childEnvironment, type Logger, messageOf, type Redactor } from '#core'
import { connectSessionBus, runProgram, sessionBusAddress } from '#core/node'
import { type Notify, openDesktop, openNotify } from './notify/mod.ts'
import { credentialNews, runNews } from './notify-words.ts'
import type { Store } from './store/mod.ts'

/** How long a program that shows one notification may take. */
const PROGRAM_MS = 20_000
/** Ends of runs that a start found, and told one by one, at most. */
const LEFT_RUNS = 50

export interface NotifyPlugs {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly announce: Announce
  readonly log: Logger
  readonly env: NodeJS.ProcessEnv
  readonly redactor: Redactor
  readonly startedAt: number
  readonly personaName: (id: string) => Promise<string | null>
  readonly openWindow: () => Promise<boolean>
  readonly run: (id: string) => Promise<RunRow>
  readonly incompleteRuns: (limit: number) => Promise<readonly RunRow[]>
  readonly credentials: () => Promise<readonly CredentialRow[]>
}

export interface NotifyParts {
  readonly room: Notify
  /** A run has moved to a state that may be news. */
  run(id: string): Promise<void>
  /** Looks through credentials for what is due. */
  credentials(): Promise<void>
  /** Runs that the engine before this one left behind. */
  left(): Promise<void>
}

export async function openNotifyParts({ env, ...plugs }: NotifyPlugs): Promise<NotifyParts> {
  const { clock, log } = plugs
  const desktop = openDesktop({
    platform: process.platform,
    clock,
    log,
    async connectBus() {
      const address = sessionBusAddress(env)
      return address === undefined ? undefined : await connectSessionBus(address)
    },
    run: (program, args, own) =>
      runProgram(program, args, { env: childEnvironment({ engine: env, own, marks: {}, desktop: true }), timeoutMs: PROGRAM_MS }),
  })
  const room = await openNotify({ ...plugs, desktop })
  const told = async (what: string, work: () => Promise<void>) => {
    await work().catch((thrown: unknown) => log.warn('What was to be told could not be read.', { what, problem: messageOf(thrown) }))
  }
  const tellRun = async (row: RunRow) => {
    const news = runNews(row)
    if (news && room.wants(news.kind, row.personaId)) await room.announce(news)
  }
  return {
    room,
    run: (id) => told('a run', async () => tellRun(await plugs.run(id))),
    credentials: () =>
      told('credentials', async () => {
        for (const row of await plugs.credentials()) for (const news of credentialNews(row, clock.now())) await room.announce(news)
      }),
    left: () =>
      told('runs that were left behind', async () => {
        const rows = await plugs.incompleteRuns(LEFT_RUNS)
        for (const row of rows) if (row.reason?.code === 'engine-crashed' && (row.endedAt ?? 0) >= plugs.startedAt) await tellRun(row)
      }),
  }
}
