/** What waits, in words and icons. */
import CircleHelp from 'lucide-solid/icons/circle-question-mark'
import HeartPulse from 'lucide-solid/icons/heart-pulse'
import Lock from 'lucide-solid/icons/lock'
import MessageCircleQuestion from 'lucide-solid/icons/message-circle-question-mark'
import Repeat from 'lucide-solid/icons/repeat'
import ShieldQuestion from 'lucide-solid/icons/shield-question-mark'
import Wallet from 'lucide-solid/icons/wallet'
import type { ApprovalRule } from '#contract'
import type { WaitKind } from '#contract/plain'
import { day } from '../../look/format.ts'
import type { IconPart } from '../../look/icons.ts'

export const KIND_LOOKS: Readonly<Record<WaitKind, { readonly word: string; readonly icon: IconPart }>> = {
  call: { word: 'Approval', icon: ShieldQuestion },
  question: { word: 'Question', icon: MessageCircleQuestion },
  'unknown-outcome': { word: 'What happened?', icon: CircleHelp },
  loop: { word: 'Going in circles', icon: Repeat },
  budget: { word: 'Budget', icon: Wallet },
  healing: { word: 'Could not be healed', icon: HeartPulse },
  sealed: { word: 'Vault', icon: Lock },
}

/** How long a rule holds, or why it holds no more. */
export function timeWords({ lifetime, state }: ApprovalRule): string {
  if (state === 'used') return 'used up'
  if (state !== 'active') return state
  switch (lifetime.kind) {
    case 'always':
      return 'until revoked'
    case 'once':
      return 'once'
    case 'run':
      return 'for one run'
    case 'session':
      return 'for one session'
    case 'until':
      return `until ${day(lifetime.at)}`
  }
}

export const EFFECT_TONES = { deny: 'bad', ask: 'warn', allow: 'ok' } as const

/** null: it is JSON of an object. */
export function whyNoArguments(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'Arguments are an object: { … }'
  } catch {
    return 'This is no JSON yet: look for a missing quote, comma or bracket.'
  }
}
