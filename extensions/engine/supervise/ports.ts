/** What the room needs from outside. Everything here is plugged by the composition root. */
import type { Announce, Chance, Clock, LentToRun, Logger, RowReader, SecretBook, Statement } from '#core'

export type { Migration, Statement } from '#core'

/** The part of the store's door that this room uses. */
export interface SuperviseStore extends RowReader {
  write(statements: readonly Statement[]): Promise<unknown>
}

/** What a service has borrowed, for as long as it runs. */
export interface ServiceLease {
  readonly lent: Pick<LentToRun, 'env'>
  /** Nothing is lent any more. Never rejects; a second call does nothing. */
  end(): Promise<void>
}

/** A child and all that it started, found by its process and by its mark. */
export interface ServiceTree {
  readonly pid: number | null
  readonly runId: string
}

/** What one tree takes just now; `cpuMs` is of all its life. */
export interface Taken {
  readonly memoryBytes: number
  readonly cpuMs: number
  readonly processes: number
}

/** What the person is told who looks elsewhere. */
export interface ServiceNews {
  readonly id: string
  readonly title: string
  readonly text: string
}

export interface SupervisePorts {
  readonly store: SuperviseStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly secrets: SecretBook
  /** The engine's own environment, from which a child gets an allow list. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `<this>/<id>/work` is the folder of a service without one of its own, `<this>/<id>/log` has its log. */
  readonly folder: string
  /** What every child carries besides: the marks by which its tree is found, now and after a crash of the engine. */
  readonly marks: (tree: string) => Readonly<Record<string, string>>
  /** Lends the credentials of these names to a service; `takenBack`: one was revoked meanwhile. SEALED, NOT_FOUND, REFUSED, WRONG_STATE. */
  readonly lend: (credentials: readonly string[], service: string, takenBack: () => void) => Promise<ServiceLease>
  /** `signal`, so many milliseconds, then SIGKILL until nothing is left; answers the processes that are left all the same. */
  readonly endTree: (
    tree: ServiceTree,
    end: { readonly signal: NodeJS.Signals; readonly graceMs: number },
  ) => Promise<{ readonly left: readonly number[] }>
  /** What the trees of these processes take, by process; those that are gone are left out. */
  readonly taken: (pids: readonly number[]) => Promise<ReadonlyMap<number, Taken>>
  /** Connections to these ports that are open just now; null: the system does not say. */
  readonly connections: (ports: readonly number[]) => Promise<number | null>
  /** Tells the person that a service has failed. */
  readonly tell: (news: ServiceNews) => void
  /** The Node that runs Troupe, for `{{troupe.node}}`. Default `process.execPath`. */
  readonly nodePath?: string
  /** How often memory and CPU are looked at. Default SERVICE_LIMITS.lookMs. */
  readonly lookMs?: number
}
