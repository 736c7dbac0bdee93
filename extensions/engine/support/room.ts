/** The plan in memory, its texts, and the file. The rules are in SPEC.md. */
import type { SupportPlan } from '#contract'
import { LIMITS } from '#contract/plain'
import { messageOf, newId, oneAtATime, TroupeError } from '#core'
import { hide } from './hide.ts'
import type { SupportPart, SupportPorts } from './ports.ts'

const CONTENTS = 'contents.txt'

export interface Support {
  plan(): Promise<SupportPlan>
  /** NOT_FOUND. */
  text(id: string, name: string): string
  /** NOT_FOUND, DISK. */
  write(id: string, without: readonly string[]): Promise<{ path: string; bytes: number; entries: number }>
}

interface Gathered {
  readonly name: string
  readonly about: string
  readonly text: string
  readonly bytes: Uint8Array
  readonly hidden: number
}

interface Planned {
  readonly id: string
  readonly at: number
  readonly entries: readonly Gathered[]
}

export function openSupport(ports: SupportPorts): Support {
  const { clock, chance, pack, digest, writeExport } = ports
  const inTurn = oneAtATime()
  let planned: Planned | undefined

  const standing = (id: string): Planned => {
    if (!planned || planned.id !== id || clock.now() - planned.at > LIMITS.supportPlanMs) {
      throw new TroupeError('NOT_FOUND', 'This list of the support bundle stands no longer.', {
        hint: 'Gather it again, and look at the new one.',
      })
    }
    return planned
  }

  return {
    plan: () =>
      inTurn(async () => {
        const entries: Gathered[] = []
        for (const part of ports.parts) entries.push(await gather(part, ports))
        planned = { id: newId(chance, 'sup'), at: clock.now(), entries }
        return {
          id: planned.id,
          expiresAt: planned.at + LIMITS.supportPlanMs,
          entries: entries.map(({ name, about, bytes, hidden }) => ({ name, about, bytes: bytes.length, hidden })),
        }
      }),
    text(id, name) {
      const found = standing(id).entries.find((entry) => entry.name === name)
      if (!found) throw new TroupeError('NOT_FOUND', `The bundle has no entry "${name}".`)
      return found.text
    },
    async write(id, without) {
      const { entries, at } = standing(id)
      const kept = entries.filter(({ name }) => !without.includes(name))
      const contents = contentsOf(kept, digest, at)
      const packed = await pack({
        [CONTENTS]: new TextEncoder().encode(contents),
        ...Object.fromEntries(kept.map((one) => [one.name, one.bytes])),
      })
      const path = await writeExport(`troupe-support-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}.zip`, packed)
      return { path, bytes: packed.length, entries: kept.length }
    },
  }
}

async function gather({ name, about, read }: SupportPart, ports: SupportPorts): Promise<Gathered> {
  const found = await read().catch((thrown: unknown) => `It could not be read: ${messageOf(thrown)}\n`)
  const plain = typeof found === 'string' ? found : `${JSON.stringify(found, null, 2)}\n`
  const { text, count } = await hide(plain, ports)
  return { name, about, text, bytes: new TextEncoder().encode(text), hidden: count }
}

function contentsOf(entries: readonly Gathered[], digest: SupportPorts['digest'], at: number): string {
  const lines = entries.map(
    ({ name, about, bytes, hidden }) => `${name}\n  ${about}\n  ${bytes.length} bytes, ${hidden} hidden, SHA-256 ${digest(bytes)}\n`,
  )
  return `Support bundle of Troupe, gathered ${new Date(at).toISOString()}.\nLeft out: prompts, inputs, results and output of runs, names of credentials, the database, workspaces, tokens.\n\n${lines.join('\n')}`
}
