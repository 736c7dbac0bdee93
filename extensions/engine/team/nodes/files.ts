/** Files that travel with items: bytes, names and kinds. */
import type { BinaryValue, Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'

const KINDS: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  html: 'text/html',
  ics: 'text/calendar',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  json: 'application/json',
  md: 'text/markdown',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  pdf: 'application/pdf',
  rtf: 'application/rtf',
  txt: 'text/plain',
  wav: 'audio/wav',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  zip: 'application/zip',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}
const EXTENSIONS = new Map(Object.entries(KINDS).map(([extension, kind]) => [kind, extension]))
EXTENSIONS.set('image/jpeg', 'jpeg')

/** The bytes of one file of an item. Says plainly when there is none. */
export function bytesOf(item: Item | undefined, property: string): Uint8Array {
  const value = item?.binary?.[property]
  if (value === undefined) {
    throw new NodeFailure(`This operation expects the node's input data to contain a binary file '${property}', but none was found`, {
      description: 'Make sure that the previous node outputs a binary file',
    })
  }
  return Buffer.from(value.data ?? '', 'base64')
}

export function fileValue(bytes: Uint8Array, fileName: string | undefined, mimeType?: string): BinaryValue {
  const dot = fileName?.lastIndexOf('.') ?? -1
  const named = fileName !== undefined && dot > 0 ? fileName.slice(dot + 1).toLowerCase() : undefined
  const kind = mimeType ?? KINDS[named ?? ''] ?? 'text/plain'
  const extension = named ?? (mimeType === undefined ? undefined : EXTENSIONS.get(kind))
  const fileType = typeOf(kind)
  return {
    mimeType: kind,
    ...(fileName === undefined ? {} : { fileName }),
    ...(extension === undefined ? {} : { fileExtension: extension }),
    ...(fileType === undefined ? {} : { fileType }),
    data: Buffer.from(bytes).toString('base64'),
    bytes: bytes.byteLength,
  }
}

function typeOf(kind: string): string | undefined {
  if (kind === 'application/json') return 'json'
  if (kind === 'text/html') return 'html'
  if (kind === 'application/pdf') return 'pdf'
  const [family] = kind.split('/')
  return family === 'text' || family === 'image' || family === 'audio' || family === 'video' ? family : undefined
}

/** The kind's usual extension, for files without a name. */
export function extensionFor(kind: string): string | undefined {
  return EXTENSIONS.get(kind.split(';')[0]?.trim() ?? '')
}
