/** xterm.js itself, in a document that keeps the style policy (styled-document.ts). */
import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { type ITheme, Terminal as Xterm } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { onCleanup, onMount } from 'solid-js'
import type { TerminalProps } from './mod.tsx'
import { createPump } from './pump.ts'
import { styleByProperty, styledDocument } from './styled-document.ts'
import './terminal.css'

export function XtermTerminal(props: TerminalProps) {
  let host!: HTMLElement
  onMount(() => {
    const styled = styledDocument(document)
    const terminal = new Xterm({
      documentOverride: styled.document,
      disableStdin: true,
      convertEol: true,
      scrollback: props.scrollback,
      fontFamily: getComputedStyle(host).fontFamily,
      fontSize: 12.5,
      lineHeight: 1.25,
      cursorInactiveStyle: 'none',
      cursorStyle: 'bar',
      cursorWidth: 1,
      minimumContrastRatio: 4.5,
      theme: themeOf(host),
    })
    const fit = new FitAddon()
    const search = new SearchAddon()
    terminal.loadAddon(fit)
    terminal.loadAddon(search)
    styled.during(() => terminal.open(host))
    styleByProperty(terminal)
    terminal.textarea?.setAttribute('aria-label', props.label)
    terminal.textarea?.setAttribute('readonly', '')

    const pump = createPump(props.source, (text, done) => terminal.write(text, done))
    const atEnd = () => terminal.buffer.active.viewportY >= terminal.buffer.active.baseY
    const stopListening = props.source.onAppend(pump.poke)
    const onScroll = terminal.onScroll(() => props.onFollow?.(atEnd()))
    const onWheel = () => requestAnimationFrame(() => props.onFollow?.(atEnd()))
    host.addEventListener('wheel', onWheel, { passive: true })
    host.addEventListener('keyup', onWheel)
    leaveOnTab(terminal)

    const fitNow = () => host.clientWidth > 0 && host.clientHeight > 0 && fit.fit()
    const resize = new ResizeObserver(fitNow)
    resize.observe(host)
    const stopTheme = onThemeChange(() => {
      terminal.options.theme = themeOf(host)
    })
    fitNow()
    pump.poke()
    props.ref?.({
      pause: pump.pause,
      toEnd: () => terminal.scrollToBottom(),
      find: (text, direction) => (direction === 'next' ? search.findNext(text) : search.findPrevious(text)),
      clearFind: () => search.clearDecorations(),
      selection: () => terminal.getSelection(),
      focus: () => terminal.focus(),
    })
    onCleanup(() => {
      stopListening()
      stopTheme()
      resize.disconnect()
      pump.stop()
      onScroll.dispose()
      terminal.dispose()
      styled.dispose()
    })
  })
  return <section ref={host} class={`terminal ${props.class ?? ''}`} aria-label={props.label} />
}

/** Nothing typed goes to a program: Tab leaves, copying copies, arrows and pages scroll. */
function leaveOnTab(terminal: Xterm): void {
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return false
    const page = { ArrowUp: -1, ArrowDown: 1, PageUp: -terminal.rows, PageDown: terminal.rows }[event.key]
    if (page !== undefined) terminal.scrollLines(page)
    else if (event.key === 'Home') terminal.scrollToTop()
    else if (event.key === 'End') terminal.scrollToBottom()
    else return false
    event.preventDefault()
    return false
  })
}

function themeOf(host: HTMLElement): ITheme {
  const style = getComputedStyle(host)
  // Tokens are light-dark() and mixes; only a computed colour is a value that xterm can read.
  const probe = host.appendChild(document.createElement('i'))
  const colour = (token: string) => {
    probe.style.color = `var(${token})`
    return getComputedStyle(probe).color
  }
  const theme: ITheme = {
    background: style.backgroundColor,
    foreground: colour('--text'),
    cursor: colour('--muted'),
    selectionBackground: colour('--accent-soft'),
    selectionForeground: colour('--text'),
    black: colour('--p-slate-ink'),
    red: colour('--bad-ink'),
    green: colour('--ok-ink'),
    yellow: colour('--warn-ink'),
    blue: colour('--accent-ink'),
    magenta: colour('--p-violet-ink'),
    cyan: colour('--p-teal-ink'),
    white: colour('--text'),
    brightBlack: colour('--muted'),
    brightRed: colour('--p-red-ink'),
    brightGreen: colour('--p-green-ink'),
    brightYellow: colour('--p-amber-ink'),
    brightBlue: colour('--p-blue-ink'),
    brightMagenta: colour('--p-pink-ink'),
    brightCyan: colour('--p-teal-ink'),
    brightWhite: colour('--text'),
  }
  probe.remove()
  return theme
}

function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-contrast'] })
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    dark.removeEventListener('change', changed)
  }
}
