/** Takes a key out of texts that others wrote: providers repeat the key in their error messages. */
const SHOWN = '[key]'

/** Replaces the key, also as it stands in a URL, in base64 and as the shortened form `abcd…wxyz` that some providers show. */
export function scrub(text: string, key: string | null): string {
  if (key === null || key.length < 4) return text
  let clean = text
  for (const form of new Set([key, encodeURIComponent(key), Buffer.from(key).toString('base64')])) clean = clean.replaceAll(form, SHOWN)
  // OpenAI answers a wrong key with its first and last signs and stars between.
  const masked = new RegExp(`${escaped(key.slice(0, 4))}[\\w-]{0,12}(?:\\*{2,}|\\.{3}|…)[\\w-]{0,12}`, 'g')
  return clean.replace(masked, SHOWN)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
