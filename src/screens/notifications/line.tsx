import { A } from '@solidjs/router'
import Mail from 'lucide-solid/icons/mail'
import MailOpen from 'lucide-solid/icons/mail-open'
import { Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { NotificationRow } from '#contract'
import { count } from '../../look/format.ts'
import { IconButton, TimeAgo } from '../../parts/mod.ts'
import { KIND_LOOKS } from './kinds.ts'

interface LineProps {
  readonly row: NotificationRow
  readonly current: boolean
  readonly onOpen: () => void
  readonly onMark: () => void
}

/** One notification. The whole line is the link to its screen. */
export function NotificationLine(props: LineProps) {
  const look = () => KIND_LOOKS[props.row.kind]
  const unread = () => props.row.readAt === null
  return (
    <div
      class="relative flex h-full items-center gap-3 border-b border-line px-6 narrow:px-4"
      classList={{ 'bg-accent-soft': props.current, 'hover:bg-hover': !props.current }}
      aria-current={props.current ? 'true' : undefined}
    >
      <span
        class="size-1.5 shrink-0 rounded-full"
        classList={{ 'bg-accent': unread() }}
        title={unread() ? 'Not read yet' : undefined}
        aria-hidden="true"
      />
      <span class={`shrink-0 ${look().ink}`} title={look().word}>
        <Dynamic component={look().icon} size={16} aria-hidden="true" />
      </span>
      <span class="min-w-0 flex-1">
        <span class="flex min-w-0 items-baseline gap-2">
          <A
            href={props.row.href}
            class="min-w-0 truncate after:absolute after:inset-0"
            classList={{ 'font-semibold': unread() }}
            onClick={() => props.onOpen()}
            aria-label={`${look().word}: ${props.row.title}${unread() ? ', not read' : ''}`}
          >
            {props.row.title}
          </A>
          <Show when={props.row.count > 1}>
            <span class="shrink-0 rounded-full bg-hover px-1.5 text-sm text-muted tabular-nums" title={`${count(props.row.count)} times`}>
              {count(props.row.count)}×<span class="sr-only"> it came</span>
            </span>
          </Show>
        </span>
        <span class="block truncate text-muted" title={props.row.text}>
          {props.row.text}
        </span>
      </span>
      <span class="shrink-0 text-right text-muted">
        <TimeAgo at={props.row.at} />
      </span>
      <span class="relative z-10 shrink-0">
        <IconButton
          size="sm"
          icon={unread() ? MailOpen : Mail}
          label={unread() ? 'Mark as read' : 'Mark as not read'}
          onClick={() => props.onMark()}
        />
      </span>
    </div>
  )
}
