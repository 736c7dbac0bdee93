/** What a program remembers between runs: files in its working folder, which is the persona's workspace. */
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { CannotWork, why } from './program.mjs'

/** A file name for what is remembered about one path. */
export function stateName(program, path, ending) {
  return `${program}-${createHash('sha256').update(path).digest('hex').slice(0, 12)}.${ending}`
}

/** The remembered value; null when there is none. A damaged file is reported, never used. */
export function readState(name, frame) {
  try {
    return JSON.parse(readFileSync(name, 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT') frame.problem(`${name}: what was remembered from last time cannot be read (${why(error)}); this run starts anew.`)
    return null
  }
}

/** Replaces the file whole or not at all. */
export function writeState(name, value) {
  replaceFile(name, (file) => writeSync(file, JSON.stringify(value)))
}

export function replaceFile(name, write) {
  const temporary = `${name}.new`
  try {
    const file = openSync(temporary, 'w', 0o600)
    try {
      write(file)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, name)
  } catch (error) {
    throw new CannotWork(`${name} cannot be written in the working folder ${process.cwd()}: ${why(error)}.`)
  }
}
