/** How each state looks and is called. */
import CircleAlert from 'lucide-solid/icons/circle-alert'
import CircleCheck from 'lucide-solid/icons/circle-check'
import CircleX from 'lucide-solid/icons/circle-x'
import Hourglass from 'lucide-solid/icons/hourglass'
import LoaderCircle from 'lucide-solid/icons/loader-circle'
import Square from 'lucide-solid/icons/square'
import type { ServiceState } from '#contract/plain'
import type { IconPart } from '../../look/icons.ts'
import type { Tone } from '../../parts/mod.ts'

interface StateLook {
  readonly word: string
  readonly icon: IconPart
  readonly tone: Tone
}

export const SERVICE_LOOKS: Readonly<Record<ServiceState, StateLook>> = {
  stopped: { word: 'Stopped', icon: Square, tone: 'quiet' },
  waiting: { word: 'Waiting', icon: Hourglass, tone: 'warn' },
  starting: { word: 'Starting', icon: LoaderCircle, tone: 'accent' },
  ready: { word: 'Ready', icon: CircleCheck, tone: 'ok' },
  degraded: { word: 'Degraded', icon: CircleAlert, tone: 'warn' },
  stopping: { word: 'Stopping', icon: LoaderCircle, tone: 'accent' },
  failed: { word: 'Failed', icon: CircleX, tone: 'bad' },
}

export const DESIRED_WORDS = { on: 'On', off: 'Off', 'on-demand': 'On demand' } as const
