/** Takes a key out of texts that others wrote, where no run's redactor knows it: providers repeat the key in their error messages. */
import { SecretBook } from '#core'

const SHOWN = '[key]'

/** Replaces the key in every spelling that the redactor knows, and as the shortened form `abcd…wxyz` that some providers show. */
export function scrub(text: string, key: string | null): string {
  if (key === null || key.length < 4) return text
  const book = new SecretBook()
  const release = book.hold([{ mask: SHOWN, value: key }])
  const clean = book.redactor.text(text).replaceAll(key, SHOWN)
  release()
  // OpenAI answers a wrong key with its first and last signs and stars between.
  const masked = new RegExp(`${escaped(key.slice(0, 4))}[\\w-]{0,12}(?:\\*{2,}|\\.{3}|…)[\\w-]{0,12}`, 'g')
  return clean.replace(masked, SHOWN)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
