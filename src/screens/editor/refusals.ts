/** An INVALID of the engine, laid onto the fields of the form: `doc.limits.turns` is the field `limits.turns`. */
import type { Problems } from './form.ts'

export function refusedFields(thrown: unknown): Problems {
  const { code, data } = (thrown ?? {}) as { code?: unknown; data?: { facts?: { issues?: unknown } } }
  if (code !== 'INVALID' || !Array.isArray(data?.facts?.issues)) return {}
  const found: Record<string, string> = {}
  for (const issue of data.facts.issues as readonly unknown[]) {
    const { field, message } = (issue ?? {}) as { field?: unknown; message?: unknown }
    if (typeof field !== 'string' || typeof message !== 'string' || !field.startsWith('doc.')) continue
    found[field.slice(4)] ??= message
  }
  return found
}

/** The part of the form in which a field stands; to lead there. */
export function partOf(path: string): 'about' | 'prompt' | 'parameters' | 'body' | 'limits' {
  if (path.startsWith('sections')) return 'prompt'
  if (path.startsWith('parameters') || path === 'inputHint') return 'parameters'
  if (path.startsWith('body')) return 'body'
  return path.startsWith('limits') ? 'limits' : 'about'
}
