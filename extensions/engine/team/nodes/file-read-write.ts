/** Files on disk, through the port that judges every path: read many, read one, write one. The older nodes of the kind too. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import type { FilesPort } from '../flow/ports.ts'
import { eachItem, text } from './each.ts'
import { bytesOf, fileValue } from './files.ts'

export const fileReadWrite: NodeKindRules = {
  async run(call) {
    const type = call.node.origin?.type.split('.').at(-1)
    const operation = text(call.param('operation', 0), type === 'writeBinaryFile' ? 'write' : 'read')
    if (operation === 'write') return [await eachItem(call, (item, index) => write(call, item, index))]
    return [await eachItem(call, (item, index) => read(call, item, index))]
  },
}

function port(call: NodeCall): FilesPort {
  if (call.ports.files === undefined) throw new NodeFailure('This run may use no files: the team has no folder that was granted to it.')
  return call.ports.files
}

async function read(call: NodeCall, item: Item, index: number): Promise<Item[]> {
  const files = port(call)
  const single = text(call.param('filePath', index, ''))
  const pattern = single === '' ? text(call.param('fileSelector', index, '')) : single
  const property = text(call.param('options.dataPropertyName', index, ''), '') || text(call.param('dataPropertyName', index), 'data')
  const paths = single === '' ? await files.find(pattern, call.signal) : [single]
  const out: Item[] = []
  for (const path of paths) {
    const bytes = await files.read(path, call.signal)
    const name = text(call.param('options.fileName', index, ''), '') || (path.split('/').at(-1) ?? path)
    const kind = text(call.param('options.mimeType', index, ''), '') || undefined
    const file = fileValue(bytes, name, kind)
    const json = single === '' ? { mimeType: file.mimeType, fileName: name, fileExtension: file.fileExtension } : item.json
    out.push({
      json,
      binary: { ...item.binary, [property]: { ...file, directory: path.slice(0, Math.max(0, path.lastIndexOf('/'))) } },
      pairedItem: { item: index },
    })
  }
  return out
}

async function write(call: NodeCall, item: Item, index: number): Promise<Item> {
  const path = text(call.param('fileName', index, ''))
  if (path === '') throw new NodeFailure('The path of the file to write is empty.')
  const bytes = bytesOf(item, text(call.param('dataPropertyName', index), 'data'))
  await port(call).write(path, bytes, call.param('options.append', index, false) === true, call.signal)
  return { ...item, json: { ...item.json, fileName: path }, pairedItem: { item: index } }
}
