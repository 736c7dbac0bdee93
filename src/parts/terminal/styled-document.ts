/**
 * xterm.js writes style elements and style attributes, which `style-src 'self'` forbids. Both are led through the CSS object model,
 * which is allowed: a style element becomes a `template` whose text is a constructed style sheet, and the colours of single
 * characters are set as properties. xterm has an option for its document, but two of its parts ask the real one: the viewport at
 * opening (so `createElement` is lent for that one call), and the maker of rows (so its one writing method is replaced; it is private,
 * the version is pinned, and where it is not found only 24-bit colours are lost).
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
  const create = (name: string): HTMLElement => (name === 'style' ? createStyle() : createReal(name))
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

interface RowFactory {
  _addStyle?: (element: HTMLElement, style: string) => void
}

/** Colours of single characters as properties instead of attributes. */
export function styleByProperty(terminal: object): void {
  const core = (terminal as { _core?: { _renderService?: { _renderer?: { value?: { _rowFactory?: RowFactory } } } } })._core
  const factory = core?._renderService?._renderer?.value?._rowFactory
  if (!factory?._addStyle) return
  factory._addStyle = (element, style) => {
    element.style.cssText += `${style};`
  }
}
