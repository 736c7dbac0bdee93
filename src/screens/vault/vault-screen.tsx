import { useNavigate, useParams } from '@solidjs/router'
import Lock from 'lucide-solid/icons/lock'
import { Match, Show, Switch } from 'solid-js'
import type { VaultStatus } from '#contract'
import { engine } from '../../link/mod.ts'
import { Badge, Button, ErrorNote, Loading, Page, type Tab, Tabs, toast, tryOrToast } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { vault } from '../../state/mod.ts'
import { Audit } from './audit.tsx'
import { Create } from './create.tsx'
import { Credentials } from './credentials/mod.tsx'
import { Damaged } from './damaged.tsx'
import { Keys } from './keys.tsx'
import { KitDialog } from './kit-dialog.tsx'
import { ProofDialog } from './proof.tsx'
import { Unlock } from './unlock.tsx'

const TABS = [
  { id: 'credentials', label: 'Credentials' },
  { id: 'keys', label: 'Ways in' },
  { id: 'log', label: 'Log' },
] as const satisfies readonly Tab<string>[]
type TabId = (typeof TABS)[number]['id']

/** What stands depends on the state: none → make it; sealed → unlock it, with the names beneath; open → everything. */
export function VaultScreen() {
  const params = useParams()
  const go = useNavigate()
  const tab = (): TabId => TABS.find(({ id }) => id === params.tab)?.id ?? 'credentials'
  const state = () => vault.value()?.state
  useActions(() => (state() === 'open' ? [{ id: 'vault.lock', title: 'Lock the vault', section: 'Here', icon: Lock, run: lock }] : []))
  return (
    <Page
      title="Vault"
      fixed
      heading={<Heading status={vault.value()} />}
      actions={
        <Show when={state() === 'open'}>
          <Button icon={Lock} onClick={() => void lock()}>
            Lock
          </Button>
        </Show>
      }
    >
      <div class="flex h-full min-h-0 flex-col">
        <Show when={vault.failure()}>
          {(shown) => <ErrorNote failure={shown()} title="The vault could not be read" onRetry={vault.again} class="m-4" />}
        </Show>
        <Show
          when={vault.value()}
          fallback={
            <Show when={!vault.failure()}>
              <Loading what="the vault" onRetry={vault.again} />
            </Show>
          }
        >
          {(status) => (
            <Switch>
              <Match when={status().damage}>{(damage) => <Damaged damage={damage()} />}</Match>
              <Match when={status().state === 'none'}>
                <Create />
              </Match>
              <Match when={true}>
                <Show when={status().state === 'sealed'}>
                  <Unlock status={status()} />
                </Show>
                <Tabs label="Vault" tabs={TABS} value={tab()} onValue={(id) => go(`/vault/${id}`)} class="min-h-0 flex-1 pt-1">
                  {(id) => (
                    <Switch>
                      <Match when={id === 'credentials'}>
                        <Credentials status={status()} />
                      </Match>
                      <Match when={id === 'keys'}>
                        <Keys status={status()} />
                      </Match>
                      <Match when={id === 'log'}>
                        <Audit />
                      </Match>
                    </Switch>
                  )}
                </Tabs>
              </Match>
            </Switch>
          )}
        </Show>
      </div>
      <KitDialog />
      <ProofDialog />
    </Page>
  )
}

function Heading(props: { readonly status: VaultStatus | undefined }) {
  return (
    <span class="flex items-center gap-2.5">
      Vault
      <Show when={props.status?.state === 'open'}>
        <Badge tone="ok">Open</Badge>
      </Show>
      <Show when={props.status?.state === 'sealed'}>
        <Badge tone="warn" icon={Lock}>
          Locked
        </Badge>
      </Show>
    </span>
  )
}

async function lock(): Promise<void> {
  if (await tryOrToast('The vault was not locked', () => engine.vault.lock({}))) toast.ok('The vault is locked')
}
