/**
 * The one way into a persona's workspace. A path is taken apart by name and walked folder by folder; nothing on the way
 * may be a symbolic link. On Linux each folder is held open and its entries are reached through /proc/self/fd/<n>/<name>
 * (what openat(2) does; Node has no binding for it), so a folder that is swapped between check and use is not followed.
 * Elsewhere every folder is checked before, and the opened file once more after: the same file, still inside.
 */
import { existsSync, constants as FS } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TroupeError } from '#core'

const HOLDS_FOLDERS = process.platform === 'linux' && existsSync('/proc/self/fd')
// Windows has neither flag; there the checks before and after stand alone.
const NOFOLLOW = FS.O_NOFOLLOW ?? 0
// Opening a pipe must not wait for its other end.
const NONBLOCK = FS.O_NONBLOCK ?? 0
const PATH_CHARS = 4096
const NAME_BYTES = 255
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file: reserved with any extension. Refused everywhere, so that a workspace can be moved.
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)( *\..*)?$/i

const refuse = (message: string) =>
  new TroupeError('REFUSED', message, { hint: 'Give a path inside the workspace, such as notes/today.txt.' })

/** Takes a path of the model apart; REFUSED for everything that could mean a place outside. */
export function pathParts(path: string): readonly string[] {
  const shown = JSON.stringify(path.slice(0, 200))
  if (path.length > PATH_CHARS) throw refuse(`The path has more than ${PATH_CHARS} signs.`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) throw refuse(`The path ${shown} has a control character.`)
  if (path.startsWith('/') || path.startsWith('~') || /^[A-Za-z]:/.test(path))
    throw refuse(`The path ${shown} is not relative to the workspace.`)
  if (path.includes('\\')) throw refuse(`The path ${shown} has a backslash; folders are separated by /.`)
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  for (const part of parts) {
    if (part === '..') throw refuse(`The path ${shown} leads out of its folder with "..".`)
    if (DEVICE_NAME.test(part)) throw refuse(`"${part}" is the name of a device on Windows.`)
    if (part.includes(':') || /[. ]$/.test(part)) throw refuse(`The name ${JSON.stringify(part)} has a ":" or ends with a dot or a space.`)
    if (Buffer.byteLength(part) > NAME_BYTES) throw refuse(`A name in the path is longer than ${NAME_BYTES} bytes.`)
  }
  return parts
}

/** A folder of the workspace that was reached without following a link. */
export class Folder {
  readonly path: string
  readonly #held: FileHandle | null

  private constructor(path: string, held: FileHandle | null) {
    this.path = path
    this.#held = held
  }

  /** The workspace itself. Its own place may be reached through links: the person chose it. */
  static async workspace(dir: string): Promise<Folder> {
    const path = await realpath(dir)
    return new Folder(path, HOLDS_FOLDERS ? await open(path, FS.O_RDONLY | FS.O_DIRECTORY) : null)
  }

  /** Where an entry is reached right now; only for calls that do not follow a link in the last name. */
  at(name: string): string {
    return this.#held ? `/proc/self/fd/${this.#held.fd}/${name}` : join(this.path, name)
  }

  /** Where the folder's own entries are listed. */
  get here(): string {
    return this.#held ? `/proc/self/fd/${this.#held.fd}/.` : this.path
  }

  /** Steps into a folder; NOT_FOUND when it is missing (unless `create`), REFUSED when it is a link or a file. */
  async enter(name: string, create = false): Promise<Folder> {
    if (create) await mkdir(this.at(name), { mode: 0o700 }).catch(unless('EEXIST'))
    const found = await this.#look(name)
    if (!found.isDirectory()) throw refuse(`"${name}" is not a folder.`)
    const path = join(this.path, name)
    if (this.#held) return new Folder(path, await open(this.at(name), FS.O_RDONLY | FS.O_DIRECTORY | NOFOLLOW).catch(asRefusal(name)))
    if ((await realpath(path)) !== path) throw refuse(`"${name}" leads out of the workspace.`)
    return new Folder(path, null)
  }

  /** Opens a plain file. The caller closes it. */
  async openFile(name: string, flags: number): Promise<FileHandle> {
    const file = await open(this.at(name), flags | NOFOLLOW | NONBLOCK, 0o600).catch(asRefusal(name))
    try {
      const opened = await file.stat()
      if (!opened.isFile()) throw refuse(`"${name}" is not a plain file.`)
      if (!this.#held) await this.#stillInside(name, opened)
      return file
    } catch (thrown) {
      await file.close()
      throw thrown
    }
  }

  async #stillInside(name: string, opened: { readonly dev: number; readonly ino: number }): Promise<void> {
    const path = join(this.path, name)
    const now = await stat(path)
    if ((await realpath(path)) !== path || now.ino !== opened.ino || now.dev !== opened.dev)
      throw refuse(`"${name}" was changed while it was opened.`)
  }

  async #look(name: string): Promise<Awaited<ReturnType<typeof lstat>>> {
    const found = await lstat(this.at(name)).catch(asRefusal(name))
    if (found.isSymbolicLink()) throw refuse(`"${name}" is a symbolic link; links are not followed.`)
    return found
  }

  /** undefined when there is nothing; REFUSED when it is a link. */
  async find(name: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
    try {
      return await this.#look(name)
    } catch (thrown) {
      if (thrown instanceof TroupeError && thrown.code === 'NOT_FOUND') return undefined
      throw thrown
    }
  }

  async close(): Promise<void> {
    await this.#held?.close()
  }
}

/** Walks to the folder of `parts` and hands it to `use`; every folder on the way is closed afterwards. */
export async function inFolder<T>(
  workspaceDir: string,
  parts: readonly string[],
  create: boolean,
  use: (folder: Folder) => Promise<T>,
): Promise<T> {
  let folder = await Folder.workspace(workspaceDir)
  try {
    for (const part of parts) {
      const next = await folder.enter(part, create)
      await folder.close()
      folder = next
    }
    return await use(folder)
  } finally {
    await folder.close()
  }
}

const codeOf = (thrown: unknown): unknown => (thrown instanceof Error && 'code' in thrown ? thrown.code : undefined)

function unless(code: string): (thrown: unknown) => void {
  return (thrown) => {
    if (codeOf(thrown) !== code) throw thrown
  }
}

/** What the system said, in the words of the workspace. ELOOP (and EMLINK on some systems): O_NOFOLLOW met a link. */
function asRefusal(name: string): (thrown: unknown) => never {
  return (thrown) => {
    const code = codeOf(thrown)
    if (code === 'ENOENT') throw new TroupeError('NOT_FOUND', `There is no "${name}" in the workspace.`, { cause: thrown })
    if (code === 'ELOOP' || code === 'EMLINK') throw refuse(`"${name}" is a symbolic link; links are not followed.`)
    if (code === 'EISDIR') throw refuse(`"${name}" is a folder.`)
    if (code === 'ENOTDIR') throw refuse(`"${name}" is a file or a symbolic link, not a folder.`)
    if (code === 'ENXIO') throw refuse(`"${name}" is not a plain file.`)
    throw thrown
  }
}
