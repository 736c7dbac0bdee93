/**
 * A child that works on a vault and ends itself (kill -9) at the named fault point: `node vault-child.ts <folder> <what> <point>`.
 * Prints `reached` before it goes, or `through` when the point never came.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { makeLogger } from '#core'
import { systemChance, systemClock, writeFileAtomic } from '#core/node'
import { openStore } from '../../extensions/engine/store/mod.ts'
import { openVault, vaultMigrations } from '../../extensions/engine/vault/mod.ts'

const [folder, what, point] = process.argv.slice(2) as [string, string, string]
const log = makeLogger('vault', () => undefined)
const caller = { clientId: 'client_1', clientName: 'child', scopes: ['*'] }
let armed = what === 'init'
const store = await openStore({ folder: join(folder, 'store'), migrations: [...vaultMigrations], clock: systemClock, log })
const vault = await openVault({
  store,
  clock: systemClock,
  chance: systemChance,
  log,
  announce: () => undefined,
  folder,
  writeFile: writeFileAtomic,
  env: process.env,
  rounds: 50,
  fault(name) {
    if (!armed || name !== point) return
    writeSync(1, 'reached\n')
    process.kill(process.pid, 'SIGKILL')
  },
})
const unlock = async () => {
  const opened = await vault.unlock({ kind: 'passphrase', passphrase: 'the first passphrase' }, caller)
  if (!opened.ok) throw new Error(opened.message)
}
const slotOf = async (kind: string) => (await vault.status()).slots.find((slot) => slot.kind === kind)?.id ?? ''
switch (what) {
  case 'init':
    await vault.init([{ kind: 'passphrase', passphrase: 'the first passphrase' }], caller)
    break
  case 'unlock':
    armed = true
    await unlock()
    break
  case 'change':
    await unlock()
    armed = true
    await vault.changeSlot(await slotOf('passphrase'), { slot: { kind: 'passphrase', passphrase: 'the second passphrase' } }, caller)
    break
  case 'add':
    await unlock()
    armed = true
    await vault.addSlot({ kind: 'passphrase', passphrase: 'the second passphrase' }, caller)
    break
  case 'remove':
    await unlock()
    await vault.addSlot({ kind: 'passphrase', passphrase: 'the second passphrase' }, caller)
    armed = true
    await vault.removeSlot(await slotOf('passphrase'), caller)
    break
  case 'rotate':
    await unlock()
    armed = true
    await vault.rotate(caller)
    while ((await vault.status()).rotation?.running) await new Promise((resolve) => setTimeout(resolve, 5))
    break
}
writeSync(1, 'through\n')
process.kill(process.pid, 'SIGKILL')
