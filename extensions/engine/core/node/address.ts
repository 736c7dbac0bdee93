/** What a running engine writes down for its clients on this machine: address, token, and the door for the next start. */
import { readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import type { EngineInfo, Places } from './places.ts'

/** Whole or not at all, for this user only. Not fsynced: after a power cut there is no engine to find. */
function write(path: string, content: string): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The token before the address: who finds the address finds a token that fits. */
export function writeAddress(places: Places, info: EngineInfo, token: string, pagePath: string): void {
  write(places.tokenPath, `${token}\n`)
  write(places.infoPath, `${JSON.stringify(info)}\n`)
  write(places.doorPath, `${info.port}\n${pagePath}\n`)
}

/** The door stays: the next start tries it first. */
export function removeAddress(places: Places): void {
  for (const path of [places.infoPath, places.tokenPath]) rmSync(path, { force: true })
}

export interface LastDoor {
  /** 0: none is known. */
  readonly port: number
  /** The random path of the window's files; undefined: a new one is made. */
  readonly pagePath: string | undefined
}

/** Where the engine before this one was, so that an open page finds the next one, and the parts of itself that it has not loaded yet. */
export function readLastDoor(places: Places): LastDoor {
  try {
    const [port = '', pagePath = ''] = readFileSync(places.doorPath, 'utf8').split('\n')
    const known = /^\d{1,5}$/.test(port) && Number(port) <= 65_535 ? Number(port) : 0
    return { port: known, pagePath: known > 0 && /^[\w-]{32,64}$/.test(pagePath) ? pagePath : undefined }
  } catch {
    return { port: 0, pagePath: undefined }
  }
}

/** Only when nothing is in it any more. */
export function removeRuntimeFolder(places: Places): void {
  try {
    rmdirSync(places.runtimeDir)
  } catch {
    // Something else lies there, or another engine has begun.
  }
}
