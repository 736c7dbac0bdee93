/** What a fire sends: input and parameters from templates, in one pass. [TR40] */
import type { TriggerDoc } from '#contract'
import { TRIGGER_LIMITS } from '#contract/plain'
import { readPath } from '#core'

const PLACEHOLDER = /\{\{\s*([^{}]{1,300}?)\s*\}\}/g

/** What templates may name: `data`, `event`, `fire`, `files`. */
export interface Payload {
  readonly data: unknown
  readonly event: unknown
  readonly fire: { readonly due: string; readonly cause: string; readonly trigger: string }
}

export interface Filled {
  readonly input: string
  readonly params: Readonly<Record<string, string>>
  readonly dedupe: string
  readonly problems: readonly string[]
}

export function fillFire(doc: Pick<TriggerDoc, 'input' | 'params' | 'dedupeKey'>, payload: Payload): Filled {
  const problems: string[] = []
  const files = readPath(payload.data, 'files')
  const subject = { ...payload, files: Array.isArray(files) ? files.map(String).join('\n') : files }
  const fill = (text: string): string =>
    text.replace(PLACEHOLDER, (whole, path: string) => {
      const found = readPath(subject, path)
      if (found === undefined) problems.push(`${whole} is not in the payload; it is left empty.`)
      return textOf(found)
    })
  const input = doc.input === '' ? textOf(payload.data) : fill(doc.input)
  if (input.length > TRIGGER_LIMITS.templateChars * 10) problems.push('The input is longer than a million signs, and is cut.')
  return {
    input: input.slice(0, TRIGGER_LIMITS.templateChars * 10),
    params: Object.fromEntries(Object.entries(doc.params).map(([name, text]) => [name, fill(text)])),
    dedupe: doc.dedupeKey === '' ? '' : fill(doc.dedupeKey).slice(0, 1_000),
    problems,
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
