import { createEffect, createSignal, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import { engine, linkState } from '../link/mod.ts'
import { isMac, ToastRegion, toast, tryOrToast } from '../parts/mod.ts'
import { flushMemory, followChanges, plugMemory } from '../state/mod.ts'
import { actions } from './actions.ts'
import { useImportsFromAnywhere } from './ask-import.ts'
import { useAskedPlace } from './asked-place.ts'
import { LinkBanner, NoEngine } from './gate.tsx'
import { makeMatcher, worksInText } from './keys.ts'
import { Nav } from './nav.tsx'
import { Palette } from './palette.tsx'
import { ScreenGuard } from './screen-guard.tsx'
import { useShellActions } from './shell-actions.ts'
import { Shortcuts } from './shortcuts.tsx'

const MODAL = '[role="dialog"], [role="alertdialog"], [role="menu"]'

/** The frame around every screen. `overlay` stands over whichever screen it is. Screens stand once the engine was reached, and stay when it is lost. */
export function Shell(props: { readonly children?: JSX.Element; readonly overlay?: JSX.Element }) {
  const [ready, setReady] = createSignal(false)
  createEffect(
    on(linkState, (state) => {
      if (state.kind === 'open' && !ready()) void begin().then(() => setReady(true))
    }),
  )
  return (
    <>
      <Show when={ready()} fallback={<NoEngine />}>
        <Frame overlay={props.overlay}>{props.children}</Frame>
      </Show>
      <ToastRegion />
    </>
  )
}

/** What the window remembers is read before the first screen, so that nothing jumps; the stream of changes begins. */
async function begin(): Promise<void> {
  const write = (key: string, value: string | null) => engine.settings.remember({ key, value })
  try {
    plugMemory(await engine.settings.remembered({}), write)
  } catch (thrown) {
    toast.error('What the window remembers could not be read', thrown)
    plugMemory({}, write)
  }
  void followChanges(new AbortController().signal)
  addEventListener('pagehide', () => void flushMemory())
}

function Frame(props: { readonly children?: JSX.Element; readonly overlay?: JSX.Element }) {
  const [palette, setPalette] = createSignal(false)
  const [shortcuts, setShortcuts] = createSignal(false)
  useShellActions({ palette: () => setPalette(true), shortcuts: () => setShortcuts(true) })
  useKeys()
  useAskedPlace()
  useImportsFromAnywhere()
  return (
    <div class="flex h-full">
      <button
        type="button"
        class="sr-only z-50 focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:rounded-md focus:bg-ink focus:px-3 focus:py-1.5 focus:text-on-ink"
        onClick={() => document.getElementById('main')?.focus()}
      >
        Skip to the screen
      </button>
      <Nav onPalette={() => setPalette(true)} />
      <div class="flex min-w-0 flex-1 flex-col border-l border-line bg-surface">
        <LinkBanner />
        <main id="main" tabindex={-1} class="min-h-0 flex-1 outline-none">
          <ScreenGuard>{props.children}</ScreenGuard>
        </main>
      </div>
      {props.overlay}
      <Palette open={palette()} onOpenChange={setPalette} />
      <Shortcuts open={shortcuts()} onOpenChange={setShortcuts} />
    </div>
  )
}

/** Hears shortcuts for as long as the frame stands, except while a dialog or a menu is open. */
function useKeys(): void {
  const matcher = makeMatcher(isMac)
  const heard = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector(MODAL)) return
    const inText = isTextEdited(event.target)
    const list = actions().filter((action) => action.shortcut !== undefined && (!inText || worksInText(action.shortcut)))
    const hit = matcher.press(
      event,
      list.map((action) => action.shortcut ?? ''),
      event.timeStamp,
    )
    const action = hit === undefined ? undefined : list.find((one) => one.shortcut === hit)
    if (!action) return
    event.preventDefault()
    void tryOrToast(`"${action.title}" did not work`, async () => action.run())
  }
  onMount(() => addEventListener('keydown', heard))
  onCleanup(() => removeEventListener('keydown', heard))
}

function isTextEdited(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
}
