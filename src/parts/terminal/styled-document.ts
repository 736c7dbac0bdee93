/**
 * xterm.js writes style elements and style attributes, which `style-src 'self'` forbids. It gets a document that gives it
 * stand-ins: a `template` whose text becomes a constructed style sheet, and spans whose style goes through the CSS object model;
 * both are allowed. One part of xterm asks the real document (Viewport, at opening), so that is lent to it for that one call.
 */
export interface StyledDocument {
  /** For xterm's option `documentOverride`. */
  readonly document: Document
  /** Runs `open` with style elements replaced in the real document too; synchronous. */
  during(open: () => void): void
  /** Takes the style sheets away. */
  dispose(): void
}

export function styledDocument(real: Document): StyledDocument {
  const sheets = new Set<CSSStyleSheet>()
  const createReal = real.createElement.bind(real)
  const remove = (sheet: CSSStyleSheet) => {
    sheets.delete(sheet)
    real.adoptedStyleSheets = real.adoptedStyleSheets.filter((one) => one !== sheet)
  }
  const createStyle = (): HTMLElement => {
    const standIn = createReal('template')
    const sheet = new CSSStyleSheet()
    sheets.add(sheet)
    real.adoptedStyleSheets = [...real.adoptedStyleSheets, sheet]
    Object.defineProperty(standIn, 'textContent', { set: (css: string) => sheet.replaceSync(css) })
    Object.defineProperty(standIn, 'remove', {
      value: () => {
        remove(sheet)
        standIn.parentNode?.removeChild(standIn)
      },
    })
    return standIn
  }
  const create = (name: string): HTMLElement => {
    if (name === 'style') return createStyle()
    const element = createReal(name)
    if (name === 'span') element.setAttribute = setAttribute
    return element
  }
  const lent = new Proxy(real, {
    get: (target, name) => {
      if (name === 'createElement') return create
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
  return {
    document: lent,
    during: (open) => {
      Object.defineProperty(real, 'createElement', { value: create, configurable: true })
      try {
        open()
      } finally {
        Reflect.deleteProperty(real, 'createElement')
      }
    },
    dispose: () => {
      for (const sheet of [...sheets]) remove(sheet)
    },
  }
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value
  else Element.prototype.setAttribute.call(this, name, value)
}
