import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import { createSignal } from 'solid-js'
import { IconButton, SearchField } from '../../parts/mod.ts'
import type { TerminalRemote } from '../../parts/terminal/mod.tsx'

/** Looks for a text in the terminal, forward and back. */
export function FindBar(props: { readonly remote: TerminalRemote | undefined }) {
  const [sought, setSought] = createSignal('')
  const [missed, setMissed] = createSignal(false)
  const find = (text: string, direction: 'next' | 'previous') => {
    setSought(text)
    if (text === '') {
      props.remote?.clearFind()
      setMissed(false)
    } else setMissed(props.remote?.find(text, direction) === false)
  }
  return (
    <>
      <SearchField
        label="Search the output"
        class="w-56"
        value={sought()}
        onValue={(text) => find(text, 'next')}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          find(sought(), event.shiftKey ? 'previous' : 'next')
        }}
      />
      <IconButton
        icon={ArrowUp}
        label="Previous place"
        size="sm"
        shortcut="shift+enter"
        disabled={sought() === ''}
        onClick={() => find(sought(), 'previous')}
      />
      <IconButton
        icon={ArrowDown}
        label="Next place"
        size="sm"
        shortcut="enter"
        disabled={sought() === ''}
        onClick={() => find(sought(), 'next')}
      />
      <span role="status" class="text-sm text-muted">
        {missed() ? 'Not found' : ''}
      </span>
    </>
  )
}
