/** Keeps one step's detail under its bound: JSON only, the longest texts cut first, and the cut said in `cutBytes`. */
import { STEP_DETAIL_BYTES, type StepDetail } from './messages.ts'

export function boundDetail(detail: StepDetail, maxBytes = STEP_DETAIL_BYTES): StepDetail {
  const text = JSON.stringify(detail) ?? '{}'
  const bytes = Buffer.byteLength(text)
  // Through JSON in any case: what is not JSON could neither be stored nor sent to a thread.
  if (bytes <= maxBytes) return JSON.parse(text) as StepDetail
  let keep = Math.floor(maxBytes / 2)
  for (; keep >= 16; keep = Math.floor(keep / 2)) {
    const cut = JSON.stringify(detail, (_key, value: unknown) =>
      typeof value === 'string' && value.length > keep ? shortened(value, keep) : value,
    )
    const left = Buffer.byteLength(cut)
    if (left + 64 <= maxBytes) return { ...(JSON.parse(cut) as StepDetail), cutBytes: bytes - left }
  }
  // Not long texts but many values: kept as the beginning of its JSON.
  return { cut: text.slice(0, Math.floor(maxBytes / 8)), cutBytes: bytes }
}

function shortened(text: string, keep: number): string {
  const end = text.charCodeAt(keep - 1) >= 0xd800 && text.charCodeAt(keep - 1) <= 0xdbff ? keep - 1 : keep
  return `${text.slice(0, end)}… [${text.length - end} more signs cut]`
}
