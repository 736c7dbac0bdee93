/**
 * Sorts the loose files of a downloads folder into sub-folders. Shows a plan unless `--apply=true`; never overwrites; writes each
 * move to an undo log before making it; `--undo=last` (or a log's name) takes the moves back.
 */
import { appendFileSync, closeSync, constants, copyFileSync, existsSync, fsyncSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, unlinkSync, utimesSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, extname, join, relative } from 'node:path'
import { toPath } from './parts/arguments.mjs'
import { CannotWork, runProgram, why } from './parts/program.mjs'
import { clean, columns, count, facts, heading, size, when } from './parts/report.mjs'
import { existingFolder } from './parts/walk.mjs'

const KINDS = {
  Documents: 'pdf doc docx odt rtf txt md epub mobi tex pages',
  Tables: 'xls xlsx ods csv tsv numbers',
  Slides: 'ppt pptx odp key',
  Images: 'jpg jpeg png gif webp svg bmp tif tiff heic avif raw cr2 nef psd xcf ico',
  Audio: 'mp3 flac wav ogg oga opus m4a aac wma mid',
  Video: 'mp4 mkv mov avi webm wmv m4v mpg mpeg srt',
  Archives: 'zip tar gz tgz bz2 xz zst 7z rar jar',
  Installers: 'exe msi deb rpm dmg pkg appimage apk flatpakref snap iso img',
  Code: 'js ts mjs py rb go rs java c h cpp cs php sh ps1 sql html css json yaml yml toml xml ipynb patch diff',
  Fonts: 'ttf otf woff woff2',
  Mail: 'eml msg mbox ics vcf',
}
const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, endings]) => endings.split(' ').map((ending) => [`.${ending}`, kind])))
/** Endings of downloads that are still under way. */
const UNFINISHED = new Set(['.crdownload', '.part', '.partial', '.download', '.tmp', '.opdownload', '.!ut', '.aria2'])
/** Files listed for each folder of the plan. */
const LISTED = 8

const program = {
  title: 'Downloads sorter',
  summary: 'sorts loose files into folders; shows a plan first',
  options: {
    path: { kind: 'path', default: undefined, help: 'the folder to sort; without it, your downloads folder' },
    by: { kind: 'choice', choices: ['kind', 'month', 'kind-and-month'], default: 'kind', help: 'what the sub-folders stand for' },
    apply: { kind: 'boolean', default: false, help: 'true moves the files; false only shows the plan' },
    'older-than-minutes': { kind: 'number', default: 10, min: 0, help: 'leaves files alone that changed more recently' },
    undo: { kind: 'text', default: '', help: '"last", or the name of an undo log, takes its moves back' },
  },
  exits: [
    [0, 'the plan was shown, or everything was moved'],
    [1, 'some files could not be moved'],
  ],
}

/** The downloads folder as the desktop names it, then the usual name. */
function downloadsFolder() {
  const named = []
  try {
    const text = readFileSync(join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'user-dirs.dirs'), 'utf8')
    const match = /^XDG_DOWNLOAD_DIR="(.+)"$/m.exec(text)
    if (match) named.push(match[1].replace(/^\$HOME/, homedir()))
  } catch {
    // Only some desktops write that file.
  }
  named.push(join(homedir(), 'Downloads'))
  return named.find((path) => path !== homedir() && existsSync(path))
}

function chooseFolder(options, frame) {
  if (options.path !== undefined) return existingFolder(options.path)
  const found = downloadsFolder()
  if (found !== undefined) return existingFolder(found)
  if (options.apply) throw new CannotWork('There is no downloads folder here. Name the folder to sort in the parameter "path".')
  frame.line('There is no downloads folder here: this is what sorting your home folder would do.')
  return existingFolder(homedir())
}

function targetFolder(name, stats, by) {
  const kind = KIND_OF.get(extname(name).toLowerCase()) ?? 'Other'
  const month = when(stats.mtimeMs).slice(0, 7)
  return { kind, month, 'kind-and-month': join(kind, month) }[by]
}

async function plan(root, options, frame) {
  const moves = []
  const left = { hidden: 0, unfinished: 0, recent: 0, notFiles: 0 }
  const newest = Date.now() - options['older-than-minutes'] * 60_000
  const names = readdirSync(root).sort()
  // A download beside its unfinished part ("film.mkv" and "film.mkv.part") is not finished either.
  const parts = new Set(names.filter((name) => UNFINISHED.has(extname(name).toLowerCase())).map((name) => basename(name, extname(name))))
  for (const name of names) {
    await frame.breathe()
    try {
      const stats = lstatSync(join(root, name))
      if (!stats.isFile()) left.notFiles += 1
      else if (name.startsWith('.') || name === 'desktop.ini' || name === 'Thumbs.db') left.hidden += 1
      else if (UNFINISHED.has(extname(name).toLowerCase()) || parts.has(name)) left.unfinished += 1
      else if (stats.mtimeMs > newest) left.recent += 1
      else moves.push({ from: join(root, name), folder: targetFolder(name, stats, options.by), bytes: stats.size, at: stats.mtimeMs })
    } catch (error) {
      frame.problem(`${join(root, name)}: ${why(error)}`)
    }
  }
  return { moves, left }
}

function showPlan(planned, frame) {
  const folders = Map.groupBy(planned.moves, (move) => move.folder)
  for (const [folder, moves] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    frame.line(heading(`${folder}  (${count(moves.length, 'file', 'files')}, ${size(moves.reduce((sum, move) => sum + move.bytes, 0))})`))
    const largest = moves.toSorted((a, b) => b.bytes - a.bytes).slice(0, LISTED)
    for (const line of columns(largest.map((move) => [size(move.bytes), basename(move.from)]), '><')) frame.line(line)
    if (moves.length > LISTED) frame.line(`  … and ${count(moves.length - LISTED, 'more', 'more')}`)
  }
}

/** Moves without ever replacing: a hard link fails when the name is taken, and only then is the old name removed. */
function moveTo(from, folder, log) {
  const made = mkdirSync(folder, { recursive: true })
  if (made !== undefined) log({ made })
  const ending = /\.tar\.[a-z0-9]+$/i.exec(from)?.[0] ?? extname(from)
  const stem = basename(from, ending)
  for (let n = 1; n < 10_000; n += 1) {
    const to = join(folder, n === 1 ? `${stem}${ending}` : `${stem} (${n})${ending}`)
    if (existsSync(to)) continue
    log({ to })
    if (place(from, to)) {
      unlinkSync(from)
      return to
    }
  }
  throw new Error(`ten thousand files of that name are already in ${folder}`)
}

function place(from, to) {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    if (!['EPERM', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EISDIR', 'UNKNOWN'].includes(error.code)) throw error
  }
  // No hard links on this file system: a copy that refuses to overwrite, made durable before the original goes.
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  const stats = lstatSync(from)
  const file = openSync(to, 'r+')
  fsyncSync(file)
  closeSync(file)
  utimesSync(to, stats.atime, stats.mtime)
  return true
}

async function apply(root, planned, log, frame) {
  const done = { moved: 0, failed: 0 }
  for (const move of planned.moves) {
    await frame.breathe(() => `${count(done.moved, 'file', 'files')} moved`)
    try {
      const note = ({ to, made }) => {
        const entry = made === undefined ? { from: move.from, to, bytes: move.bytes, at: move.at } : { made }
        appendFileSync(log, `${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true })
      }
      moveTo(move.from, join(root, move.folder), note)
      done.moved += 1
    } catch (error) {
      done.failed += 1
      frame.problem(`${move.from} stays where it is: ${why(error)}`)
    }
  }
  return done
}

function undoLogs() {
  return readdirSync('.').filter((name) => /^undo-.+\.jsonl$/.test(name)).sort()
}

function readLog(asked) {
  const name = asked === 'last' ? undoLogs().at(-1) : asked
  if (name === undefined) throw new CannotWork('There is no undo log in the working folder: nothing was moved yet, or everything was taken back.')
  const path = toPath(name)
  try {
    const lines = readFileSync(path, 'utf8').split('\n').filter((line) => line !== '')
    return { path, moves: lines.map((line) => JSON.parse(line)) }
  } catch (error) {
    throw new CannotWork(`The undo log ${path} cannot be read: ${why(error)}. There are: ${undoLogs().join(', ') || 'none'}.`)
  }
}

/**
 * One logged move back. The file is where it was when the move was logged and then not made; it has two names when the program was
 * killed between giving the new one and taking the old one away.
 */
function takeOneBack(move, frame) {
  const there = existsSync(move.to) ? lstatSync(move.to) : null
  const here = existsSync(move.from) ? lstatSync(move.from) : null
  const same = there !== null && there.size === move.bytes && there.mtimeMs === move.at
  if (here && !same) return false
  if (here && here.ino === there.ino && here.dev === there.dev && here.ino !== 0) {
    unlinkSync(move.to)
    return false
  }
  if (there === null) throw new Error(`it is no longer at ${move.to}`)
  if (!same) throw new Error(`${move.to} has changed since`)
  const to = moveTo(move.to, dirname(move.from), () => undefined)
  if (to !== move.from) frame.line(`${clean(basename(move.from))} is back as ${clean(basename(to))}: its name was taken.`)
  return true
}

async function takeBack(asked, frame) {
  const { path, moves } = readLog(asked)
  const done = { moved: 0, failed: 0 }
  for (const move of moves.toReversed()) {
    await frame.breathe()
    try {
      if (move.made !== undefined) removeEmptied(move.made)
      else if (takeOneBack(move, frame)) done.moved += 1
    } catch (error) {
      done.failed += 1
      frame.problem(`${move.from} is not taken back: ${why(error)}`)
    }
  }
  if (done.failed === 0) unlinkSync(path)
  frame.line(`Taken back: ${count(done.moved, 'file', 'files')}${done.failed > 0 ? `; not taken back: ${done.failed} (the undo log is kept)` : ''}.`)
  return done.failed > 0 ? 1 : 0
}

/** A folder that the sorter made goes again when nothing is left in it; only folders that are empty can be removed this way. */
function removeEmptied(folder) {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeEmptied(join(folder, entry.name))
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}

function leftWords(left) {
  const words = []
  if (left.notFiles > 0) words.push(count(left.notFiles, 'folder or link', 'folders or links'))
  if (left.hidden > 0) words.push(`${left.hidden} hidden`)
  if (left.unfinished > 0) words.push(`${left.unfinished} still downloading`)
  if (left.recent > 0) words.push(`${left.recent} changed just now`)
  return words.length > 0 ? words.join(', ') : 'nothing'
}

await runProgram(program, async (options, frame) => {
  frame.line('Downloads sorter')
  if (options.undo !== '') return takeBack(options.undo, frame)
  const root = chooseFolder(options, frame)
  const planned = await plan(root, options, frame)
  const bytes = planned.moves.reduce((sum, move) => sum + move.bytes, 0)
  frame.line()
  for (const line of facts([
    ['Folder', root],
    ['To sort', `${count(planned.moves.length, 'file', 'files')}, ${size(bytes)}`],
    ['Left alone', leftWords(planned.left)],
  ]))
    frame.line(line)
  showPlan(planned, frame)
  frame.line()
  if (planned.moves.length === 0) {
    frame.line('Nothing to sort.')
    return 0
  }
  if (!options.apply) {
    frame.line('This is a plan: nothing was moved. Run it again with "apply" on to move the files.')
    return 0
  }
  const log = `undo-${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`
  const done = await apply(root, planned, log, frame)
  frame.line(`Moved ${count(done.moved, 'file', 'files')}${done.failed > 0 ? `; ${done.failed} stay where they are` : ''}. Take it back with undo = last (log: ${relative('.', log)}).`)
  return done.failed > 0 ? 1 : 0
})
