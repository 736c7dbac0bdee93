/** A vault that is open, with its credentials; the guard, the disk, the store and the servers are real. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AuditRow } from '#contract'
import { type CallContext, makeLogger, Redactor } from '#core'
import { systemChance, systemLookup, wholeFiles } from '#core/node'
import { guardedEgress } from '../../../extensions/engine/tool/mod.ts'
import type { CredentialPorts, Egress } from '../../../extensions/engine/vault/credential/ports.ts'
import { type CredentialRoom, keyThread, loadCredentials, type Vault } from '../../../extensions/engine/vault/mod.ts'
import { byPassphrase, caller, madeStage, ROUNDS, right, type Stage } from './stage.ts'

const here = new URL('../../../extensions/engine/vault/', import.meta.url)

export interface CredentialStage extends Omit<Stage, 'restart'> {
  credentials: CredentialRoom
  readonly told: string[]
  /** Personas by id; taking one away is its end. */
  readonly personas: Map<string, string>
  readonly leases: { readonly held: { id: string; personaName: string }[]; readonly ended: (readonly [string, string | null])[] }
  readonly providers: Map<string, string>
  readonly files: string
  proof(by?: CallContext): Promise<string>
  audit(): Promise<readonly AuditRow[]>
  restart(): Promise<void>
}

export interface Options {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly egress?: Egress
  readonly ports?: (ports: CredentialPorts) => Partial<CredentialPorts>
}

export const egress: Egress = guardedEgress({ lookup: systemLookup, redactor: new Redactor() })
export const deriveKey = keyThread(new URL('key-thread.ts', here))

export async function credentialStage(options: Options = {}): Promise<CredentialStage> {
  const base = await madeStage()
  const files = await mkdtemp(join(tmpdir(), 'troupe-files-'))
  const personas = new Map([
    ['per_1', 'Ada'],
    ['per_2', 'Bo'],
  ])
  const leases: CredentialStage['leases'] = { held: [], ended: [] }
  const providers = new Map<string, string>()
  const told: string[] = []
  const open = (vault: Vault) => {
    const ports: CredentialPorts = {
      vault,
      store: base.store,
      clock: base.clock,
      chance: systemChance,
      log: makeLogger('credential', ({ message, facts }) => void base.logged.push(`${message} ${JSON.stringify(facts ?? {})}`)),
      announce: (topic, id, what) => void told.push(`${topic} ${id} ${what}`),
      env: options.env ?? {},
      folder: files,
      files: wholeFiles,
      egress: options.egress ?? egress,
      deriveKey,
      personas: { nameOf: async (id) => personas.get(id) ?? null },
      leases: {
        holders: async () => leases.held,
        end: async (id, personaId) => void leases.ended.push([id, personaId]),
      },
      providers: { using: async (id) => [...providers].flatMap(([provider, used]) => (used === id ? [provider] : [])) },
      rounds: ROUNDS,
    }
    return loadCredentials({ ...ports, ...options.ports?.(ports) })
  }
  const stage: CredentialStage = Object.assign(base, {
    credentials: await open(base.vault),
    ...{ told, personas, leases, providers, files },
    async proof(by = caller) {
      const proved = await stage.vault.reauthenticate(byPassphrase(), by)
      if (!proved.ok) throw new Error(proved.message)
      return proved.proof
    },
    audit: async () => (await stage.vault.auditPage({ limit: 500 })).rows,
  }) as unknown as CredentialStage
  const restartVault = base.restart
  stage.restart = async () => {
    await stage.credentials.stop()
    const vault = await restartVault()
    right(await vault.unlock(byPassphrase(), caller))
    stage.credentials = await open(vault)
  }
  onTestFinished(async () => {
    await stage.credentials.stop()
    await rm(files, { recursive: true, force: true })
  })
  return stage
}

/** A service on loopback. */
export async function serviceOn(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; host: string; seen: string[]; server: Server }> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim())
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: `http://${host}`, host, seen, server }
}

export { caller, right }
