/** HTML: a page from a template, values from a page by selector, a table from items. */
import { type CheerioAPI, load } from 'cheerio'
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { bags, eachItem, type Json, text } from './each.ts'
import { bytesOf } from './files.ts'
import { getPath, setPlain } from './paths.ts'

export const html: NodeKindRules = {
  async run(call) {
    const operation = text(call.param('operation', 0), 'generateHtmlTemplate')
    if (operation === 'convertToHtmlTable') return [[tableOf(call)]]
    if (operation === 'extractHtmlContent') return [await eachItem(call, (item, index) => extracted(call, item, index))]
    return [await eachItem(call, (_, index) => ({ json: { html: filled(call, index) } }))]
  },
}

/** The older node that only extracts. */
export const htmlExtract: NodeKindRules = {
  async run(call) {
    return [await eachItem(call, (item, index) => extracted(call, item, index))]
  },
}

/** The template's expressions hold whether or not the text is marked as one. */
function filled(call: NodeCall, index: number): string {
  const template = text(call.raw('html'))
  return text(call.resolve(template.startsWith('=') ? template : `=${template}`, index))
}

function extracted(call: NodeCall, item: Item, index: number): Item[] {
  const property = text(call.param('dataPropertyName', index), 'data')
  const fromFile = call.param('sourceData', index, 'json') === 'binary'
  const source = fromFile ? Buffer.from(bytesOf(item, property)).toString('utf8') : getPath(item.json, property)
  if (source === undefined) throw new NodeFailure(`The item has no field "${property}" to read HTML from.`)
  const wanted = bags(call.param('extractionValues.values', index, []))
  const trim = call.param('options.trimValues', index, false) === true
  const clean = call.param('options.cleanUpText', index, false) === true
  return (Array.isArray(source) ? source : [source]).map((page) => {
    const dom = load(text(page))
    const json: Json = {}
    for (const value of wanted) {
      const found = valueFrom(dom, value, trim, clean)
      if (found !== undefined) setPlain(json, text(value.key), found)
    }
    return { json }
  })
}

type Found = ReturnType<CheerioAPI>

function valueFrom(dom: CheerioAPI, wanted: Json, trim: boolean, clean: boolean): unknown {
  const selector = text(wanted.cssSelector)
  let found: Found
  try {
    found = dom(selector)
  } catch {
    throw new NodeFailure(`"${selector}" is not a selector that can be read.`)
  }
  const take = (element: Found) => one(dom, element, wanted, trim, clean)
  if (wanted.returnArray !== true) return take(found)
  return found.toArray().map((element) => take(dom(element)) ?? null)
}

function one(dom: CheerioAPI, element: Found, wanted: Json, trim: boolean, clean: boolean): unknown {
  const trimmed = (value: string | undefined | null) => (trim ? value?.trim() : (value ?? undefined))
  switch (text(wanted.returnValue, 'text')) {
    case 'attribute':
      return element.attr(text(wanted.attribute))
    case 'html':
      return trimmed(element.html())
    case 'value':
      return trimmed(element.val() as string | undefined)
    default: {
      const skip = text(wanted.skipSelectors)
      const copy = skip === '' ? element : dom(element.toArray().map((node) => dom(node).clone().get(0) as never))
      if (skip !== '') copy.find(skip).remove()
      const words = trimmed(copy.text())
      return clean
        ? words
            ?.trim()
            .replace(/\r\n|\n|\r/g, '')
            .replace(/\s+/g, ' ')
        : words
    }
  }
}

function tableOf(call: NodeCall): Item {
  const items = call.items()
  const capital = call.param('options.capitalize', 0, false) === true
  const columns = [...new Set(items.flatMap((item) => Object.keys(item.json)))]
  const heading = (name: string) => (capital ? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ') : name)
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  const caption = text(call.param('options.caption', 0, ''))
  const body = items
    .map((item) =>
      row(
        columns.map((column) => text(item.json[column])),
        'td',
      ),
    )
    .join('')
  const table = `<table>${caption === '' ? '' : `<caption>${escaped(caption)}</caption>`}<thead>${row(columns.map(heading), 'th')}</thead><tbody>${body}</tbody></table>`
  return { json: { table }, pairedItem: items.map((_, item) => ({ item })) }
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
