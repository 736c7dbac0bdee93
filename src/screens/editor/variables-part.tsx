import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import { Index } from 'solid-js'
import { produce } from 'solid-js/store'
import { Button, Field, IconButton, TextInput } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'

/** Environment variables of a command or of an agent. */
export function Variables(props: { readonly draft: Draft; readonly of: 'command' | 'agent' }) {
  const env = () => props.draft.form[props.of].env
  const set = props.draft.set
  return (
    <div class="flex flex-col gap-1.5">
      <h3 class="text-sm font-medium">
        Environment variables<span class="font-normal text-muted"> · optional</span>
      </h3>
      <p class="text-sm text-muted">
        Added to a small base environment. They stand in the document as they are: no place for passwords and keys.
      </p>
      <Index each={env()}>
        {(one, at) => (
          <div class="flex items-start gap-2">
            <Field label={`Variable ${at + 1}`} hideLabel class="w-48 shrink" error={props.draft.problem(`body.env.${at}`)}>
              <TextInput mono value={one().name} onValue={(name) => set(props.of, 'env', at, { name })} placeholder="NAME" />
            </Field>
            <TextInput
              mono
              class="flex-1"
              aria-label={`Value of ${one().name || `variable ${at + 1}`}`}
              value={one().value}
              onValue={(value) => set(props.of, 'env', at, { value })}
              placeholder="value"
            />
            <IconButton
              icon={Trash}
              label={`Remove ${one().name || `variable ${at + 1}`}`}
              size="sm"
              class="mt-0.5"
              onClick={() =>
                set(
                  props.of,
                  'env',
                  produce((all: { name: string; value: string }[]) => void all.splice(at, 1)),
                )
              }
            />
          </div>
        )}
      </Index>
      <Button size="sm" icon={Plus} class="self-start" onClick={() => set(props.of, 'env', env().length, { name: '', value: '' })}>
        Add variable
      </Button>
    </div>
  )
}
