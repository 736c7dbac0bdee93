/**
 * Walks a folder tree: symbolic links are never followed (so there are no loops), unreadable places are reported and passed by,
 * memory grows with the depth of the tree and not with its size.
 */
import { lstatSync, opendirSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CannotWork, why } from './program.mjs'

/** Open folders at the same time; deeper ones are read whole, since systems allow as few as 256 open files. */
const OPEN_FOLDERS = 64

/** The folder, resolved; throws CannotWork with what to do when it is none. */
export function existingFolder(path, what = 'folder') {
  try {
    const real = realpathSync(path)
    if (statSync(real).isDirectory()) return real
  } catch (error) {
    throw new CannotWork(`The ${what} ${path} cannot be read: ${why(error)}. Check the path, or choose another.`)
  }
  throw new CannotWork(`${path} is not a folder. Choose the folder that it lies in.`)
}

/**
 * `visitor`: { folder?(path, depth): false to pass it by, opened?(path, depth), file(path, stats, depth), other?(path), leave?(path, depth) };
 * `file` and `leave` may answer a promise. Each `opened` (the root's too) has its `leave`, unless the deadline ends the walk.
 * `options`: { sorted: names in code unit order, oneDisk: stay on the root's file system, deadline: performance.now() at which to end early }.
 * Answers whether the whole tree was walked.
 */
export async function walk(root, visitor, frame, options = {}) {
  const rootDevice = lstatSync(root).dev
  const stack = []
  const enter = (path, depth) => {
    try {
      stack.push({ path, depth, ...openFolder(path, stack.length, options.sorted) })
    } catch (error) {
      frame.problem(`${path}: ${why(error)}`, path)
      return
    }
    visitor.opened?.(path, depth)
  }
  enter(root, 0)
  try {
    while (stack.length > 0) {
      await frame.breathe(visitor.progress)
      if (options.deadline !== undefined && performance.now() > options.deadline) return false
      const folder = stack[stack.length - 1]
      const entry = nextEntry(folder, frame)
      if (entry === null) {
        stack.pop()
        folder.close()
        await visitor.leave?.(folder.path, folder.depth)
        continue
      }
      const path = join(folder.path, entry.name)
      if (entry.isDirectory()) {
        if (visitor.folder?.(path, folder.depth + 1) === false) continue
        // One whose disk cannot be told is entered, and then reported if it cannot be read either.
        if (options.oneDisk && (deviceOf(path) ?? rootDevice) !== rootDevice) continue
        enter(path, folder.depth + 1)
      } else if (entry.isSymbolicLink()) visitor.other?.(path)
      else {
        const stats = statsOf(path, frame)
        if (stats?.isFile()) await visitor.file(path, stats, folder.depth)
        else if (stats) visitor.other?.(path)
      }
    }
    return true
  } finally {
    for (const folder of stack) folder.close()
  }
}

function openFolder(path, openAlready, sorted) {
  if (sorted || openAlready >= OPEN_FOLDERS) {
    const entries = readdirSync(path, { withFileTypes: true })
    if (sorted) entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    let next = 0
    return { read: () => entries[next++] ?? null, close: () => undefined }
  }
  const folder = opendirSync(path, { bufferSize: 256 })
  return { read: () => folder.readSync(), close: () => folder.closeSync() }
}

function nextEntry(folder, frame) {
  try {
    return folder.read()
  } catch (error) {
    frame.problem(`${folder.path}: ${why(error)}`, folder.path)
    return null
  }
}

function statsOf(path, frame) {
  try {
    return lstatSync(path)
  } catch (error) {
    // A file that went away during the walk is no problem; a name that is not valid Unicode cannot be opened under its shown name.
    if (error.code !== 'ENOENT') frame.problem(`${path}: ${why(error)}`, path)
    else if (basename(path).includes('\ufffd')) frame.problem(`${path}: its name is not valid Unicode`)
    return null
  }
}

function deviceOf(path) {
  try {
    return lstatSync(path).dev
  } catch {
    return undefined
  }
}

/** Folders that tools fill by themselves; passing them by is an option of most programs. */
export const TOOL_FOLDERS = new Set(['node_modules', '.git', '.hg', '.svn', '.cache', '__pycache__', '.venv', 'venv', '.tox', 'target', '.gradle'])
