import KeySquare from 'lucide-solid/icons/key-square'
import Keyboard from 'lucide-solid/icons/keyboard'
import LifeBuoy from 'lucide-solid/icons/life-buoy'
import { Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { VaultSlot } from '#contract'
import type { IconPart } from '../../look/icons.ts'
import { Badge, Button, Menu, TimeAgo } from '../../parts/mod.ts'

export const SLOT_LOOKS: Readonly<Record<VaultSlot['kind'], { readonly word: string; readonly icon: IconPart; readonly change: string }>> =
  {
    passphrase: { word: 'Passphrase', icon: Keyboard, change: 'Change …' },
    keyring: { word: 'Keyring of this computer', icon: KeySquare, change: 'Renew …' },
    recovery: { word: 'Recovery kit', icon: LifeBuoy, change: 'Make a new kit …' },
  }

interface SlotLineProps {
  readonly slot: VaultSlot
  readonly open: boolean
  readonly last: boolean
  readonly onChange: () => void
  readonly onRemove: () => void
}

export function SlotLine(props: SlotLineProps) {
  const look = () => SLOT_LOOKS[props.slot.kind]
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2 last:border-b">
      <Dynamic component={look().icon} size={18} class="shrink-0 text-muted" aria-hidden="true" />
      <div class="min-w-0 flex-1">
        <p class="flex flex-wrap items-center gap-2">
          <span class="font-medium">{props.slot.label}</span>
          <Show when={props.slot.label !== look().word}>
            <span class="text-muted">{look().word}</span>
          </Show>
          <Show when={props.slot.confirmed === false}>
            <Badge tone="warn">not typed back yet</Badge>
          </Show>
        </p>
        <p class="text-sm text-muted">
          made <TimeAgo at={props.slot.createdAt} /> ·{' '}
          <Show when={props.slot.lastUsedAt} fallback="never used">
            {(at) => (
              <>
                used <TimeAgo at={at()} />
              </>
            )}
          </Show>
          <Show when={props.slot.iterations}>{(rounds) => ` · ${rounds().toLocaleString('en-US')} rounds`}</Show>
        </p>
      </div>
      <Button size="sm" disabled={!props.open} onClick={() => props.onChange()}>
        {look().change}
      </Button>
      <Menu
        size="sm"
        label={`More about ${props.slot.label}`}
        entries={[{ label: 'Remove …', danger: true, disabled: !props.open || props.last, onSelect: () => props.onRemove() }]}
      />
    </li>
  )
}
