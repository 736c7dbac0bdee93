/** XML to JSON and back. */
import { Builder, parseStringPromise } from 'xml2js'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeKindRules } from '../flow/kind.ts'
import { eachItem, type Json, messageOf, text } from './each.ts'
import { getPath, isPlain } from './paths.ts'

const MOST_CHARS = 32 * 1024 * 1024

export const xml: NodeKindRules = {
  async run(call) {
    return [
      await eachItem(call, async (item, index) => {
        const property = text(call.param('dataPropertyName', index), 'data')
        const given = call.param('options', index, {})
        const options = isPlain(given) ? given : {}
        if (text(call.param('mode', index), 'xmlToJson') === 'jsonToxml') {
          return { json: { [property]: new Builder({ rootName: 'root', ...options }).buildObject(item.json) } }
        }
        const source = getPath(item.json, property)
        if (source === undefined) throw new NodeFailure(`The item has no field "${property}" to read XML from.`)
        return { json: await parsed(text(source), options) }
      }),
    ]
  },
}

export async function parsed(source: string, options: Json): Promise<Json> {
  if (source.length > MOST_CHARS) throw new NodeFailure(`The XML is larger than ${MOST_CHARS / 1_048_576} million characters.`)
  try {
    const result: unknown = await parseStringPromise(source, { mergeAttrs: true, explicitArray: false, ...options })
    // The parser makes objects without a prototype; items have ordinary ones.
    return JSON.parse(JSON.stringify(result ?? {})) as Json
  } catch (thrown) {
    throw new NodeFailure(messageOf(thrown), { cause: thrown })
  }
}
