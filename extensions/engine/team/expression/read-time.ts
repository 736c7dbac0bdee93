/** Reads text as a moment, as leniently as n8n: ISO 8601, mail and HTTP dates, SQL, and at last whatever V8 reads. */
import { DateTime } from 'luxon'
import { MomentValue } from './values.ts'

/** Longer text is no date. Characters. */
const LONGEST = 200

/** Undefined when nothing reads it. Text without a zone is read in `timeZone`; text with one keeps it. */
export function readTime(text: string, { timeZone, now }: { readonly timeZone: string; readonly now: number }): MomentValue | undefined {
  if (text.length > LONGEST) return undefined
  const today = DateTime.fromMillis(now, { zone: timeZone }).toISODate() ?? ''
  const dated = /^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text) ? `${today}T${text}` : text
  const options = { zone: timeZone, setZone: true }
  for (const read of [DateTime.fromISO, DateTime.fromHTTP, DateTime.fromRFC2822, DateTime.fromSQL]) {
    const time = read.call(DateTime, dated, options)
    if (time.isValid) return momentOf(time)
  }
  const millis = Date.parse(text)
  return Number.isNaN(millis) ? undefined : momentOf(DateTime.fromMillis(millis, { zone: timeZone }))
}

function momentOf(time: DateTime): MomentValue {
  return new MomentValue(time.toISO(), time.zoneName, time.toMillis())
}
