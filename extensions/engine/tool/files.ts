/** file_list, file_read, file_write: text files in the persona's own workspace. */
import { constants as FS } from 'node:fs'
import { type FileHandle, lstat, readdir, rename, rm } from 'node:fs/promises'
import { z } from 'zod'
import { newId, TroupeError } from '#core'
import { KEPT_BYTES, wholeSigns } from './bounded.ts'
import type { ToolPorts } from './ports.ts'
import { defineTool, said, type Tool } from './tool.ts'
import { type Folder, inFolder, pathParts } from './workspace.ts'

const LISTED = 1000
const DEPTH = 8
/** One call's content; a model that has more appends. */
const WRITE_BYTES = 2 * 1024 * 1024
/** A file that grows by appending. */
const FILE_BYTES = 64 * 1024 * 1024

const pathOf = (what: string) => z.string().describe(`${what}, relative to the workspace, with / between folders`)

export const fileList: Tool = defineTool({
  name: 'file_list',
  description: 'Lists the files and folders in your workspace, with sizes in bytes. Nothing outside the workspace can be reached.',
  schema: z.object({
    path: pathOf('Folder').default('').describe('Folder, relative to the workspace; empty for all of it'),
    recursive: z.boolean().default(true).describe(`Also what is in its folders, ${DEPTH} levels deep`),
  }),
  safety: () => 'read-only',
  async run({ path, recursive }, { workspaceDir }, signal) {
    const lines: string[] = []
    const whole = await inFolder(workspaceDir, pathParts(path), false, (folder) =>
      listInto(lines, folder, '', recursive ? DEPTH : 1, signal),
    )
    if (lines.length === 0) return said('The folder is empty.')
    return said(whole ? lines.join('\n') : `${lines.join('\n')}\n[more entries were left out: list a folder of its own]`)
  },
})

/** false: entries were left out. */
async function listInto(lines: string[], folder: Folder, prefix: string, depth: number, signal: AbortSignal): Promise<boolean> {
  const names = (await readdir(folder.here)).sort()
  let whole = true
  for (const name of names) {
    signal.throwIfAborted()
    if (lines.length >= LISTED) return false
    // Not followed: a link is shown as what it is.
    const found = await lstat(folder.at(name))
    const shown = prefix + name
    if (found.isSymbolicLink()) lines.push(`${shown} (symbolic link, not followed)`)
    else if (found.isDirectory()) {
      lines.push(`${shown}/`)
      if (depth <= 1) continue
      const inner = await folder.enter(name)
      try {
        whole = (await listInto(lines, inner, `${shown}/`, depth - 1, signal)) && whole
      } finally {
        await inner.close()
      }
    } else lines.push(`${shown} ${found.size}`)
  }
  return whole
}

/** For an agent's requests: a whole text file of the workspace. TOO_LARGE above what one write may hold. */
export async function readWorkspaceText(workspaceDir: string, path: string): Promise<string> {
  const { folder, name } = fileAt(path)
  return inFolder(workspaceDir, folder, false, async (inside) => {
    const file = await inside.openFile(name, FS.O_RDONLY)
    try {
      const { size } = await file.stat()
      if (size > WRITE_BYTES) throw new TroupeError('TOO_LARGE', `"${name}" has ${size} bytes; at most ${WRITE_BYTES} are read at once.`)
      return (await file.readFile()).toString('utf8')
    } finally {
      await file.close()
    }
  })
}

export async function writeWorkspaceText(
  workspaceDir: string,
  path: string,
  content: string,
  ports: Pick<ToolPorts, 'chance'>,
): Promise<void> {
  const bytes = Buffer.from(content)
  if (bytes.length > WRITE_BYTES)
    throw new TroupeError('TOO_LARGE', `The content has ${bytes.length} bytes; at most ${WRITE_BYTES} go into one write.`)
  const { folder, name } = fileAt(path)
  await inFolder(workspaceDir, folder, true, async (inside) => {
    const found = await inside.find(name)
    if (found && !found.isFile()) throw new TroupeError('REFUSED', `"${name}" is not a plain file.`)
    await replace(inside, name, bytes, newId(ports.chance, '.new'))
  })
}

export const fileRead: Tool = defineTool({
  name: 'file_read',
  description: `Reads a text file from your workspace, at most ${KEPT_BYTES} bytes at once; read on with offset.`,
  schema: z.object({
    path: pathOf('File'),
    offset: z.int().min(0).default(0).describe('First byte to read'),
    bytes: z.int().min(1).max(KEPT_BYTES).optional().describe('How many bytes to read; as many as fit when left out'),
  }),
  safety: () => 'read-only',
  async run({ path, offset, bytes }, { workspaceDir }) {
    const { folder, name } = fileAt(path)
    return inFolder(workspaceDir, folder, false, async (inside) => {
      const file = await inside.openFile(name, FS.O_RDONLY)
      try {
        return await readPart(file, name, offset, bytes)
      } finally {
        await file.close()
      }
    })
  },
})

async function readPart(file: FileHandle, name: string, offset: number, bytes: number | undefined) {
  const { size } = await file.stat()
  const buffer = Buffer.alloc(Math.min(bytes ?? KEPT_BYTES, KEPT_BYTES))
  const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
  const read = buffer.subarray(0, bytesRead)
  if (read.subarray(0, 8192).includes(0)) throw new TroupeError('REFUSED', `"${name}" is not text (${size} bytes, with NUL bytes in it).`)
  const whole = offset + bytesRead >= size ? read : wholeSigns(read, bytesRead)
  const end = offset + whole.length
  const text = Buffer.from(whole).toString('utf8')
  if (end >= size) return said(text)
  const note = `\n[bytes ${offset} to ${end} of ${size}; read on with offset ${end}]`
  // A part that was asked for is not a cut: nothing was dropped against the model's wish.
  return said(text + note, bytes === undefined ? size - end : 0)
}

/** Folder and name of a path that must name a file. */
function fileAt(path: string): { readonly folder: readonly string[]; readonly name: string } {
  const parts = pathParts(path)
  const name = parts.at(-1)
  if (name === undefined || path.endsWith('/')) throw new TroupeError('REFUSED', `The path ${JSON.stringify(path)} does not name a file.`)
  return { folder: parts.slice(0, -1), name }
}

export function fileWrite(ports: Pick<ToolPorts, 'chance'>): Tool {
  return defineTool({
    name: 'file_write',
    description: 'Writes a text file in your workspace, replacing what was there or appending to it. Missing folders are made.',
    schema: z.object({
      path: pathOf('File'),
      content: z.string().describe('The whole new text, or what is appended'),
      append: z.boolean().default(false).describe('true adds to the end of the file'),
    }),
    // The same content once more is the same file; the same appending once more is not.
    safety: ({ append }) => (append ? 'unsafe' : 'idempotent'),
    async run({ path, content, append }, { workspaceDir }) {
      const bytes = Buffer.from(content)
      if (bytes.length > WRITE_BYTES)
        throw new TroupeError('TOO_LARGE', `The content has ${bytes.length} bytes; at most ${WRITE_BYTES} go into one call.`)
      const { folder, name } = fileAt(path)
      await inFolder(workspaceDir, folder, true, async (inside) => {
        const found = await inside.find(name)
        if (found && !found.isFile()) throw new TroupeError('REFUSED', `"${name}" is not a plain file.`)
        if (append) await appendTo(inside, name, bytes)
        else await replace(inside, name, bytes, newId(ports.chance, '.new'))
      })
      return said(`${append ? 'Appended' : 'Wrote'} ${bytes.length} bytes: ${path}`)
    },
  })
}

/** Through a new file beside it and a rename: never half a file, and another name of the old file (a hard link) keeps its content. */
async function replace(inside: Folder, name: string, bytes: Uint8Array, temporary: string): Promise<void> {
  const file = await inside.openFile(temporary, FS.O_WRONLY | FS.O_CREAT | FS.O_EXCL)
  try {
    await file.writeFile(bytes)
    // The step that says it was written is durable; so is this.
    await file.datasync()
  } catch (thrown) {
    await file.close()
    await rm(inside.at(temporary), { force: true })
    throw thrown
  }
  await file.close()
  await rename(inside.at(temporary), inside.at(name))
}

async function appendTo(inside: Folder, name: string, bytes: Uint8Array): Promise<void> {
  const file = await inside.openFile(name, FS.O_WRONLY | FS.O_APPEND | FS.O_CREAT)
  try {
    const { size, nlink } = await file.stat()
    if (nlink > 1) throw new TroupeError('REFUSED', `"${name}" has other names (hard links), perhaps outside the workspace.`)
    if (size + bytes.length > FILE_BYTES) throw new TroupeError('TOO_LARGE', `"${name}" would have more than ${FILE_BYTES} bytes.`)
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}
