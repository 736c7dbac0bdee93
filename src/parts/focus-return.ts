import { createComputed, on } from 'solid-js'

/**
 * Where the focus goes when a dialog closes: back to what had it when the dialog opened. (Kobalte knows only triggers of its own.)
 * For something chosen in a menu, that is the menu's button, since the menu is gone by then.
 */
export function createFocusReturn(open: () => boolean): (event: Event) => void {
  let before: Element | null = null
  createComputed(
    on(open, (now) => {
      if (now) before = lasting(document.activeElement)
    }),
  )
  return (event) => {
    event.preventDefault()
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
  }
}

function lasting(element: Element | null): Element | null {
  const menu = element?.closest('[role="menu"]')
  return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : element
}
