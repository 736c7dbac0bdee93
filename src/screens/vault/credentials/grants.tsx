import Plus from 'lucide-solid/icons/plus'
import { createSignal, For, Show } from 'solid-js'
import type { CredentialDetail, Grant } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Badge, Button, PersonaMark, TimeAgo, toast, tryOrToast } from '../../../parts/mod.ts'
import { personaById } from '../../../state/mod.ts'
import { Section } from '../../settings/row.tsx'
import { GrantDialog } from './grant-dialog.tsx'

interface GrantsProps {
  readonly detail: CredentialDetail
  readonly open: boolean
  readonly again: () => void
}

/** Who may borrow it, and how much of it. */
export function Grants(props: GrantsProps) {
  const [granting, setGranting] = createSignal(false)
  const take = (grant: Grant) =>
    void tryOrToast('The grant was not taken back', async () => {
      await engine.credential.ungrant({ id: grant.credentialId, personaId: grant.personaId })
      toast.ok(`${grant.personaName} borrows it no more`)
      props.again()
    })
  return (
    <Section
      title="Who may borrow it"
      about="A run of such a persona gets it for its own duration. Nobody else does."
      actions={
        <Button icon={Plus} disabled={!props.open} onClick={() => setGranting(true)}>
          Grant
        </Button>
      }
    >
      <ul>
        <For each={props.detail.grants} fallback={<li class="border-y border-line py-3 text-muted">No persona may borrow it yet.</li>}>
          {(grant) => (
            <li class="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2 last:border-b">
              <Show when={personaById(grant.personaId)}>
                {(card) => <PersonaMark icon={card().icon} colour={card().colour} size="sm" />}
              </Show>
              <div class="min-w-0 flex-1">
                <p class="flex flex-wrap items-center gap-2">
                  <span class="font-medium">{grant.personaName}</span>
                  <Badge>{grant.how === 'placeholder' ? 'placeholder' : 'variables'}</Badge>
                </p>
                <p class="text-sm text-muted">
                  {grant.fields === null ? 'all fields' : grant.fields.join(', ')} ·{' '}
                  {grant.hosts === null ? 'all its hosts' : grant.hosts.join(', ')} · since <TimeAgo at={grant.grantedAt} />
                </p>
              </div>
              <Button size="sm" disabled={!props.open} onClick={() => take(grant)}>
                Take back
              </Button>
            </li>
          )}
        </For>
      </ul>
      <GrantDialog open={granting()} onOpenChange={setGranting} detail={props.detail} onDone={props.again} />
    </Section>
  )
}
