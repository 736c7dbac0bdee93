/**
 * What was asked of a run, kept whole in one file beside its log: durable before the row that speaks of it. A file without a row
 * (the engine ended between the two) is harmless: no run has that id.
 */
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RunDoc } from '#contract'
import { asTroupeError, messageOf, TroupeError } from '#core'
import type { RunFiles } from './stream/places.ts'

export interface Asked {
  readonly doc: RunDoc
  readonly input: string
  readonly params: Readonly<Record<string, string>>
  readonly prompt: string
  /** Names of the credentials that are lent to this run alone; never a value. */
  readonly credentials: readonly string[]
}

export function saveAsked(files: RunFiles, asked: Asked): Promise<void> {
  return writeDurable(files.folder, files.asked, JSON.stringify({ version: 1, ...asked }))
}

/** DISK when the file is gone or cannot be read. */
export async function loadAsked(files: RunFiles): Promise<Asked> {
  try {
    const { doc, input, params, prompt, credentials = [] } = JSON.parse(await readFile(files.asked, 'utf8')) as Partial<Asked> & Asked
    return { doc, input, params, prompt, credentials }
  } catch (thrown) {
    throw new TroupeError('DISK', `What this run was asked cannot be read: ${messageOf(thrown)}.`, { cause: thrown })
  }
}

/** The whole result of a run, when it did not fit into the row. */
export function saveResult(files: RunFiles, result: string): Promise<void> {
  return writeDurable(files.folder, files.result, result)
}

export function loadResult(files: RunFiles): Promise<string | undefined> {
  return readFile(files.result, 'utf8').catch(() => undefined)
}

/** Written and synced before the row that needs it; nobody reads it before that, so no temporary name is needed. Makes the folder, whose own name is durable too. */
export async function writeDurable(folder: string, path: string, text: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
  await syncFolder(folder)
  // A new folder's own name (and that of the one above it, when both are new).
  for (let name = folder; made !== undefined && name.length >= made.length; name = dirname(name)) await syncFolder(dirname(name))
}

/** The name of a new file is durable only with its folder (POSIX leaves that to the caller); Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const open_ = await open(folder, 'r')
  try {
    await open_.sync()
  } finally {
    await open_.close()
  }
}

/** A file that could not be written is the disk's refusal, not a defect. */
export function asDisk(thrown: unknown): TroupeError {
  if (thrown instanceof TroupeError) return thrown
  if (thrown instanceof Error && 'code' in thrown) {
    return new TroupeError('DISK', `The run could not be stored: ${thrown.message}.`, { cause: thrown })
  }
  return asTroupeError(thrown)
}
