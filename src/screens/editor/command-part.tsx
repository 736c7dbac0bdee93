import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import { Index } from 'solid-js'
import { produce } from 'solid-js/store'
import { Button, Checkbox, Field, IconButton, Segmented, TextInput } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'
import { Warning } from './model-part.tsx'
import { Variables } from './variables-part.tsx'

export function CommandFields(props: { readonly draft: Draft }) {
  const form = () => props.draft.form.command
  const set = props.draft.set
  return (
    <div class="flex flex-col gap-4">
      <Warning>It runs with your rights: whatever this program may do, this persona may do.</Warning>
      <Field
        label="Program"
        hint="A name on the PATH, or a whole path. No shell line: arguments stand below. {{troupe.node}} is the Node that runs Troupe."
        error={props.draft.problem('body.program')}
      >
        <TextInput mono value={form().program} onValue={(program) => set('command', 'program', program)} placeholder="df" />
      </Field>
      <Arguments draft={props.draft} />
      <Field
        label="Working folder"
        optional
        hint="Empty: the persona’s own workspace. ~/ is your home folder."
        error={props.draft.problem('body.cwd')}
      >
        <TextInput mono value={form().cwd} onValue={(cwd) => set('command', 'cwd', cwd)} />
      </Field>
      <Variables draft={props.draft} of="command" />
      <div class="grid grid-cols-2 gap-3 narrow:grid-cols-1">
        <div class="flex flex-col gap-1">
          <span class="text-sm font-medium">Standard input</span>
          <Segmented
            label="Standard input"
            value={form().stdin}
            options={[
              { value: 'input', label: 'The run’s input' },
              { value: 'none', label: 'Nothing' },
            ]}
            onValue={(stdin) => set('command', 'stdin', stdin)}
          />
        </div>
        <Field
          label="Exit codes that count as success"
          hint="Separated by commas; most programs use 0."
          error={props.draft.problem('body.okExitCodes')}
        >
          <TextInput value={form().okExitCodes} onValue={(codes) => set('command', 'okExitCodes', codes)} />
        </Field>
        <Checkbox
          label="May simply be run again"
          hint="When Troupe itself ended while the program ran, nobody knows how far it came. Off: you are asked what happened."
          checked={form().repeatable}
          onChecked={(repeatable) => set('command', 'repeatable', repeatable)}
        />
      </div>
    </div>
  )
}

function Arguments(props: { readonly draft: Draft }) {
  const args = () => props.draft.form.command.args
  const set = props.draft.set
  return (
    <div class="flex flex-col gap-1.5">
      <h3 class="text-sm font-medium">Arguments</h3>
      <p class="text-sm text-muted">
        One field, one argument, spaces and all. {'{{param.name}}'} and {'{{input}}'} are filled in.
      </p>
      <Index each={args()}>
        {(arg, at) => (
          <div class="flex items-center gap-2">
            <span class="w-4 shrink-0 text-right text-sm text-muted tabular-nums">{at + 1}</span>
            <TextInput
              mono
              class="flex-1"
              aria-label={`Argument ${at + 1}`}
              value={arg()}
              onValue={(value) => set('command', 'args', at, value)}
              aria-invalid={props.draft.problem(`body.args.${at}`) ? 'true' : undefined}
            />
            <IconButton
              icon={Trash}
              label={`Remove argument ${at + 1}`}
              size="sm"
              onClick={() =>
                set(
                  'command',
                  'args',
                  produce((all) => void all.splice(at, 1)),
                )
              }
            />
          </div>
        )}
      </Index>
      <Button size="sm" icon={Plus} class="self-start" onClick={() => set('command', 'args', args().length, '')}>
        Add argument
      </Button>
    </div>
  )
}
