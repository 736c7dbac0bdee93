/** Part of the composition root: the preflight's look at this machine, loaded when somebody asks for it. */
import { CHROMIUM_NAMES, type Layout, type Places, systemClock, systemMachine } from '#core/node'
import { type PreflightPorts, preflight } from './preflight/mod.ts'

interface Around {
  readonly env: NodeJS.ProcessEnv
  readonly places: Places
  readonly layout: Layout
}

export function lookAround(
  { env, places, layout }: Around,
  vault: { readonly keyring: PreflightPorts['keyring'] },
  providers: PreflightPorts['providers'],
  ids: readonly string[] | undefined,
) {
  const ports: PreflightPorts = {
    machine: systemMachine(env),
    keyring: (signal) => vault.keyring(signal),
    providers,
    dataDir: places.dataDir,
    neutralinoPath: layout.neutralinoPath,
    browsers: CHROMIUM_NAMES,
    after: systemClock.after,
  }
  return preflight(ports, ids)
}
