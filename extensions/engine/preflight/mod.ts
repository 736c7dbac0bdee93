/**
 * PREFLIGHT: what was found on this machine, and what to do about what was not. Looks, and changes nothing; asks nobody but this machine.
 * It refuses to show green for what was not checked: a check that broke, or took too long, says so.
 */
import type { PreflightItem } from '#contract'
import { messageOf } from '#core'
import { CHECKS, type Check } from './checks.ts'
import type { PreflightPorts } from './ports.ts'

export type { BusNames, Machine, PreflightPorts } from './ports.ts'

/** All checks, or those that are named, at the same time, each with its own time limit. Unknown names are passed over. */
export function preflight(ports: PreflightPorts, ids?: readonly string[]): Promise<PreflightItem[]> {
  return Promise.all(CHECKS.filter(({ id }) => !ids || ids.includes(id)).map((check) => one(check, ports)))
}

async function one({ id, title, run }: Check, ports: PreflightPorts): Promise<PreflightItem> {
  const timeoutMs = ports.timeoutMs ?? 2_000
  const controller = new AbortController()
  let cancel: () => void = () => undefined
  const late = new Promise<PreflightItem>((resolve) => {
    cancel = ports.after(timeoutMs, () => {
      controller.abort()
      resolve({
        id,
        title,
        state: 'not-checked',
        found: `no answer within ${timeoutMs} ms`,
        todo: 'Look again; if it stays so, check it by hand.',
      })
    })
  })
  try {
    return await Promise.race([run(ports, controller.signal).then((finding) => ({ id, title, ...finding })), late])
  } catch (thrown) {
    return {
      id,
      title,
      state: 'not-checked',
      found: `the check broke: ${messageOf(thrown)}`,
      todo: 'Look again; if it stays so, check it by hand.',
    }
  } finally {
    cancel()
  }
}
