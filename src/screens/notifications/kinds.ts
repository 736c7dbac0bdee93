/** How each kind looks and is called. */
import Bell from 'lucide-solid/icons/bell'
import CircleCheck from 'lucide-solid/icons/circle-check'
import CircleX from 'lucide-solid/icons/circle-x'
import Hand from 'lucide-solid/icons/hand'
import Wallet from 'lucide-solid/icons/wallet'
import type { NotificationKind } from '#contract/plain'
import type { IconPart } from '../../look/icons.ts'

interface KindLook {
  readonly word: string
  readonly icon: IconPart
  readonly ink: string
}

export const KIND_LOOKS: Readonly<Record<NotificationKind, KindLook>> = {
  'needs-you': { word: 'Needs you', icon: Hand, ink: 'text-warn-ink' },
  failed: { word: 'Failed', icon: CircleX, ink: 'text-bad-ink' },
  budget: { word: 'Budget', icon: Wallet, ink: 'text-warn-ink' },
  reminder: { word: 'Reminder', icon: Bell, ink: 'text-accent-ink' },
  done: { word: 'Done', icon: CircleCheck, ink: 'text-ok-ink' },
}
