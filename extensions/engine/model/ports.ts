/** What the model room needs from outside. */

import type { z } from 'zod'
import type { StepSafety, ToolGrants } from '#contract'
import type { Announce, Clock, LentCredential, Logger, Redactor, RowReader, Statement } from '#core'

export type { Migration, Statement } from '#core'

/** The part of the store's door that this room uses. */
export interface ModelStore extends RowReader {
  write(statements: readonly Statement[]): Promise<unknown>
}

/** Where a provider's key is; both null: it needs none. */
export interface KeyPlace {
  readonly provider: string
  readonly keyEnv: string | null
  readonly credential: { readonly id: string; readonly field: string } | null
}

/** A key by its place; null when there is none. SEALED. The value goes to its provider and nowhere else. */
export type Secrets = (place: KeyPlace) => Promise<string | null>

/** Where local model servers are looked for. */
export interface LocalAddresses {
  /** Default http://127.0.0.1:11434. */
  readonly ollama: string
  /** Default http://127.0.0.1:1234/v1. */
  readonly lmstudio: string
}

export interface ModelPorts {
  readonly store: ModelStore
  readonly clock: Clock
  readonly log: Logger
  readonly announce: Announce
  /** For what is no run: probes. A run has its own, of its lease. */
  readonly secrets: Secrets
  /** Whether a key is there, without looking at it. */
  readonly hasKey: (place: KeyPlace) => Promise<boolean>
  readonly local?: Partial<LocalAddresses>
  /** Entry of the thread in which a probe tries a model (it brings the AI libraries, and ends with the probe). Default `./probe-thread.ts`. */
  readonly probeThreadUrl?: URL
}

export interface ToolAnswer {
  readonly ok: boolean
  readonly text: string
  readonly droppedBytes: number
}

/** Arguments by JSON Schema, as somebody else wrote it; who is called checks them. */
export interface JsonShape {
  readonly jsonSchema: Readonly<Record<string, unknown>>
}

/** A tool as the loop sees it. */
export interface ModelTool {
  readonly name: string
  readonly description: string
  readonly schema: z.ZodType | JsonShape
  /** Whether these arguments may be used again when nobody knows if they had their effect. Left out: `unsafe`. */
  readonly safety?: (args: Readonly<Record<string, unknown>>) => StepSafety
  execute(
    args: unknown,
    context: {
      readonly workspaceDir: string
      readonly childEnv?: Readonly<Record<string, string>>
      readonly loans?: { readonly credentials: readonly LentCredential[]; sends(credential: string, host: string): Promise<void> }
      readonly lentEnv?: Readonly<Record<string, string>>
      child(pid: number, what: 'started' | 'ended'): void
      /** For a protocol that has such a key: the same for every try of this call, and for no other. */
      readonly idempotencyKey?: string
    },
    signal: AbortSignal,
  ): Promise<ToolAnswer>
}

/** What the model body needs in its run thread. */
export interface ModelBodyPorts {
  readonly clock: Clock
  readonly redactor: Redactor
  /** The tools that these grants allow. */
  readonly tools: (grants: ToolGrants) => readonly ModelTool[]
}
