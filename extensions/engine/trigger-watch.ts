/** Part of the composition root: what triggers and webhooks reach of the world — files, pages, the desktop, other servers, sealed texts. */
import { execFile } from 'node:child_process'
import { TroupeError } from '#core'
import type { guardedEgress } from './tool/mod.ts'
import type { TriggerPorts, Watcher } from './trigger/mod.ts'
import type { Vault } from './vault/mod.ts'
import type { SealedTexts, WebhookPorts, Webhooks } from './webhook/mod.ts'

type Egress = () => Promise<ReturnType<typeof guardedEgress>>

export async function watchersOf(webhooks: Webhooks, egress: Egress): Promise<TriggerPorts['watchers']> {
  const load = (await import('./trigger/mod.ts')).loadWatchers()
  const late =
    (make: () => Promise<Watcher>): Watcher =>
    async (ask) =>
      (await make())(ask)
  const desktop = late(async () => (await load.desktop())(run))
  return {
    file: late(load.files),
    poll: late(async () => (await load.poll())(async (request, grant, signal) => (await egress())(request, grant, signal))),
    clipboard: desktop,
    focus: desktop,
    webhook: async ({ triggerId, when, source }) => {
      await webhooks.open(triggerId, when, source)
      return { ok: true, note: 'Listens for requests.', stop: () => webhooks.close(triggerId) }
    },
  }
}

function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: 2_000, maxBuffer: 1024 * 1024, windowsHide: true }, (error, out) =>
      resolve(error ? undefined : out),
    )
  })
}

export function sender(egress: Egress): WebhookPorts['send'] {
  return async ({ url, headers, body, allowPrivate, timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await (await egress())({ url, method: 'POST', headers, body }, { hosts: [], allowPrivate }, signal)
      await answer.close()
      return { status: answer.status }
    } catch (thrown) {
      if (signal.aborted) throw new TroupeError('TIMEOUT', `${new URL(url).host} did not answer within ${timeoutMs} ms.`, { cause: thrown })
      throw thrown
    }
  }
}

/** Texts among the vault's secrets, under a name that no credential has. */
export function sealedTexts(vault: Vault): SealedTexts {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
  return {
    isOpen() {
      try {
        vault.sealer.requireOpen()
        return true
      } catch {
        return false
      }
    },
    put: (owner, field, text) => vault.secrets.put({ credentialId: owner, field }, encode(text)),
    drop: (owner) => vault.secrets.drop(owner),
    async read(owner, field) {
      const bytes = await vault.secrets.read({ credentialId: owner, field })
      if (!bytes) return undefined
      const text = new TextDecoder().decode(bytes)
      bytes.fill(0)
      return text
    },
    async shown(owner, name, by) {
      await vault.audit.append({ kind: 'reveal', by: by.clientName, note: `The address and key of the webhook ${name} (${owner}).` })
    },
    onLock: (forget) => vault.sealer.onState((state) => void (state === 'sealed' && forget())),
  }
}
