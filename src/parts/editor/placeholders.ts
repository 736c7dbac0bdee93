/** `{{param.name}}` in a text: told apart from what is unknown, and completed after `{{`. */
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, type EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from '@codemirror/view'

export interface PlaceholderName {
  /** Without the braces: `param.folder`, `input`. */
  readonly name: string
  readonly detail: string
}

export const setPlaceholders = StateEffect.define<readonly PlaceholderName[]>()
const known = StateField.define<readonly PlaceholderName[]>({
  create: () => [],
  update: (value, transaction) => transaction.effects.reduce((last, effect) => (effect.is(setPlaceholders) ? effect.value : last), value),
})

const marks = { known: Decoration.mark({ class: 'cm-known' }), unknown: Decoration.mark({ class: 'cm-unknown' }) }
const matcher = new MatchDecorator({
  // Four braces write two, and begin no placeholder.
  regexp: /\{\{\{\{|\{\{\s*([^{}\s]{1,80})\s*\}\}/g,
  decoration: (match, view) =>
    match[1] === undefined ? null : view.state.field(known).some(({ name }) => name === match[1]) ? marks.known : marks.unknown,
})
const highlighter = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = matcher.createDeco(view)
    }
    update(update: ViewUpdate) {
      const renamed = update.startState.field(known) !== update.state.field(known)
      this.decorations = renamed ? matcher.createDeco(update.view) : matcher.updateDeco(update, this.decorations)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

function complete(context: CompletionContext): CompletionResult | null {
  const open = context.matchBefore(/\{\{\s*[\w.]*/)
  if (open === null) return null
  const closed = context.state.sliceDoc(context.pos, context.pos + 2) === '}}'
  return {
    from: open.from,
    filter: true,
    options: context.state.field(known).map(({ name, detail }) => ({
      label: `{{${name}}}`,
      detail,
      type: 'variable',
      apply: (view, _completion, from, to) =>
        view.dispatch({
          changes: { from, to: closed ? to + 2 : to, insert: `{{${name}}}` },
          selection: { anchor: from + name.length + 4 },
          userEvent: 'input.complete',
        }),
    })),
  }
}

export function placeholders(): Extension {
  return [known, highlighter, autocompletion({ override: [complete], icons: false })]
}
