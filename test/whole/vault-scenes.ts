/** Scenes of the vault in each of its states, for `npm run shots`: none, made and empty, full, locked, failing, damaged. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { TestEngine } from '../helpers/engine.ts'
import type { Scene } from './shots.ts'

const WORDS = 'lantern gravel ostrich violin'
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
const entry = (page: Page, menu: string | RegExp, name: RegExp) =>
  button(page, menu).then(() => page.getByRole('menuitem', { name }).click())

/** No vault yet. */
export const NONE: readonly Scene[] = [
  {
    name: 'vault-none-weak',
    route: '/vault',
    async act(page) {
      await page.getByLabel('Passphrase', { exact: true }).fill('password123')
      await page.getByLabel('Passphrase again').fill('something else')
      await button(page, 'Make the vault')
    },
  },
]

/** Made a moment ago. */
export const EMPTY_VAULT: readonly Scene[] = [
  { name: 'vault-empty', route: '/vault/credentials' },
  { name: 'vault-empty-keys', route: '/vault/keys' },
]

export const fullVault = (credential: string): readonly Scene[] => [
  {
    name: 'vault-add-form',
    route: '/vault/credentials',
    async act(page) {
      await button(page, 'Add')
      await page.getByRole('dialog').getByRole('searchbox').fill('github')
      await page.getByRole('dialog').getByText('GitHub', { exact: true }).first().click()
    },
  },
  { name: 'vault-grant', route: `/vault/credentials/${credential}`, act: (page) => button(page, 'Grant') },
  { name: 'vault-revoke', route: `/vault/credentials/${credential}`, act: (page) => entry(page, /^More about/, /^Revoke/) },
  { name: 'vault-remove', route: `/vault/credentials/${credential}`, act: (page) => entry(page, /^More about/, /^Remove/) },
  { name: 'vault-export', route: '/vault/credentials', act: (page) => entry(page, 'More about credentials', /^Export/) },
  {
    name: 'vault-import-plan',
    route: '/vault/credentials',
    async act(page) {
      await entry(page, 'More about credentials', /^Import/)
      await page.getByRole('dialog').getByLabel('From').selectOption('env')
      await page
        .getByRole('dialog')
        .getByRole('textbox')
        .first()
        .fill('GITHUB_TOKEN=example-value-1\nNOT A LINE\nDATABASE_URL=postgres://a:b@db.example.org/x\n')
      await button(page, 'Show what it is')
    },
  },
  { name: 'vault-search-nothing', route: '/vault/credentials', act: (page) => page.getByRole('searchbox').first().fill('no such thing') },
  { name: 'vault-slot-add', route: '/vault/keys', act: (page) => button(page, /^Add/) },
  { name: 'vault-slot-change', route: '/vault/keys', act: (page) => button(page, 'Change …') },
  { name: 'vault-rotate', route: '/vault/keys', act: (page) => button(page, 'Change the key …') },
  {
    name: 'vault-proof-wrong',
    route: `/vault/credentials/${credential}`,
    async act(page) {
      await button(page, /^Show /)
      await page.getByRole('dialog').getByPlaceholder('Passphrase').fill('not this one at all')
      await page.keyboard.press('Enter')
    },
  },
  { name: 'vault-missing', route: '/vault/credentials/cred_0000000000000000' },
  {
    name: 'settings-provider-credential',
    route: '/settings/providers',
    async act(page) {
      await button(page, 'Add')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Kind').selectOption('openai')
      await dialog.getByLabel('Key from').selectOption({ index: 1 })
    },
  },
]

export const lockedVault = (parkedRun: string): readonly Scene[] => [
  { name: 'vault-locked', route: '/vault' },
  {
    name: 'vault-locked-wrong',
    route: '/vault',
    async act(page) {
      await page.getByPlaceholder('Passphrase').fill('not this one at all')
      await button(page, 'Unlock')
      await page.getByText('The vault stays locked').waitFor()
    },
  },
  { name: 'vault-locked-credentials', route: '/vault/credentials' },
  { name: 'vault-locked-keys', route: '/vault/keys' },
  { name: 'vault-locked-log', route: '/vault/log' },
  { name: 'run-parked', route: `/runs/${parkedRun}` },
  { name: 'runs-parked', route: '/runs' },
  { name: 'notifications', route: '/notifications' },
  { name: 'notifications-preferences', route: '/settings/notifications' },
  { name: 'support', route: '/settings/support' },
  {
    name: 'support-bundle',
    route: '/settings/support',
    act: (page) => button(page, 'Gather it'),
    after: (page) => button(page, 'Not now'),
  },
  {
    name: 'support-entry',
    route: '/settings/support',
    async act(page) {
      await button(page, 'Gather it')
      await button(page, 'Show vault.json')
    },
  },
]

export const DAMAGED: readonly Scene[] = [{ name: 'vault-damaged', route: '/vault' }]

/** Locks it, and lets a run ask for a secret of it; answers the run. */
export async function lockWithWaiting({ client }: TestEngine, personaId: string, params: Record<string, string>): Promise<string> {
  await client.vault.lock({})
  const { id } = await client.run.start({ personaId, params })
  while ((await client.run.get({ id })).run.state !== 'parked') await new Promise((resolve) => setTimeout(resolve, 50))
  return id
}

export const makeVault = ({ client }: TestEngine) => client.vault.init({ slots: [{ kind: 'passphrase', passphrase: WORDS }] })

/** One sign of the header is another. */
export async function damageHeader(vaultDir: string, header: string): Promise<void> {
  await writeFile(join(vaultDir, 'header'), header.replace(/[A-Za-z](?=[^A-Za-z]*$)/, '!'))
}
