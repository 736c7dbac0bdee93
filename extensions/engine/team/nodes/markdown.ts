/** Markdown to HTML and back. */
import { NodeHtmlMarkdown, type NodeHtmlMarkdownOptions } from 'node-html-markdown'
import showdown from 'showdown'
import type { NodeKindRules } from '../flow/kind.ts'
import { eachItem, type Json, names, text } from './each.ts'
import { isPlain, setPath } from './paths.ts'

export const markdown: NodeKindRules = {
  async run(call) {
    return [
      await eachItem(call, (item, index) => {
        const json: Json = { ...item.json }
        const given = call.param('options', index, {})
        const options = isPlain(given) ? given : {}
        const toHtml = text(call.param('mode', index), 'htmlToMarkdown') === 'markdownToHtml'
        const made = toHtml ? asHtml(text(call.param('markdown', index)), options) : asMarkdown(text(call.param('html', index)), options)
        setPath(json, text(call.param('destinationKey', index), 'data'), made)
        return { ...item, json }
      }),
    ]
  },
}

function asHtml(source: string, options: Json): string {
  const converter = new showdown.Converter()
  for (const [name, value] of Object.entries(options)) {
    if (name in showdown.getDefaultOptions()) converter.setOption(name, value)
  }
  return converter.makeHtml(source)
}

const LISTS = new Set(['ignore', 'blockElements'])
const STYLE = new Set([
  'codeFence',
  'bulletMarker',
  'codeBlockStyle',
  'emDelimiter',
  'strongDelimiter',
  'maxConsecutiveNewlines',
  'textReplace',
])
const SWITCH = new Set(['keepDataImages', 'useLinkReferenceDefinitions', 'useInlineLinks'])

function asMarkdown(source: string, options: Json): string {
  const taken: Json = {}
  for (const [name, value] of Object.entries(options)) {
    if (LISTS.has(name)) taken[name] = names(value)
    else if (name === 'textReplace') taken[name] = replacements(value)
    else if (STYLE.has(name) || SWITCH.has(name)) taken[name] = value
  }
  return NodeHtmlMarkdown.translate(source, taken as Partial<NodeHtmlMarkdownOptions>)
}

function replacements(value: unknown): [RegExp, string][] {
  const values = isPlain(value) && Array.isArray(value.values) ? value.values : []
  return values.flatMap((one: unknown) =>
    isPlain(one) ? [[new RegExp(text(one.pattern), 'g'), text(one.replacement)] as [RegExp, string]] : [],
  )
}
