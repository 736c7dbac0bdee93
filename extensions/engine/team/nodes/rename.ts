/** Rename keys: by name, and by pattern. */
import { NodeFailure } from '../flow/failure.ts'
import type { NodeKindRules } from '../flow/kind.ts'
import { bags, eachItem, type Json, text } from './each.ts'
import { getPath, hasPath, isBag, isPlain, setPath, setPlain, unsetPath } from './paths.ts'

export const rename: NodeKindRules = {
  async run(call) {
    return [
      await eachItem(call, (item, index) => {
        const json: Json = { ...item.json }
        for (const key of bags(call.param('keys.key', index, []))) {
          const [from, to] = [text(key.currentKey), text(key.newKey)]
          if (from === '' || to === '' || from === to || !hasPath(json, from)) continue
          const value = getPath(json, from)
          setPath(json, to, value)
          unsetPath(json, from)
        }
        let renamed: unknown = json
        for (const rule of bags(call.param('additionalOptions.regexReplacement.replacements', index, []))) {
          renamed = byPattern(renamed, patternOf(rule), text(rule.replaceRegex), depthOf(rule), 0)
        }
        return { ...item, json: renamed as Json }
      }),
    ]
  },
}

function patternOf(rule: Json): RegExp {
  const insensitive = isBag(rule.options) && (rule.options as Json).caseInsensitive === true
  try {
    return new RegExp(text(rule.searchRegex), insensitive ? 'gi' : 'g')
  } catch {
    throw new NodeFailure(`"${text(rule.searchRegex)}" is not a valid regular expression.`)
  }
}

function depthOf(rule: Json): number {
  const depth = isBag(rule.options) ? (rule.options as Json).depth : undefined
  return typeof depth === 'number' && depth >= 0 ? depth : 200
}

function byPattern(value: unknown, pattern: RegExp, to: string, most: number, depth: number): unknown {
  if (Array.isArray(value)) return value.map((entry) => byPattern(entry, pattern, to, most, depth + 1))
  if (!isPlain(value)) return value
  const out: Json = {}
  for (const [key, inner] of Object.entries(value)) {
    setPlain(out, key.replace(pattern, to), depth < most ? byPattern(inner, pattern, to, most, depth + 1) : inner)
  }
  return out
}
