/** What a running engine writes down for its clients on this machine: address, token, and the port for the next start. */
import { readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import type { EngineInfo, Places } from './places.ts'

/** Whole or not at all, for this user only. Not fsynced: after a power cut there is no engine to find. */
function write(path: string, content: string): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The token before the address: who finds the address finds a token that fits. */
export function writeAddress(places: Places, info: EngineInfo, token: string): void {
  write(places.tokenPath, `${token}\n`)
  write(places.infoPath, `${JSON.stringify(info)}\n`)
  write(places.portPath, `${info.port}\n`)
}

/** The port stays: the next start tries it first. */
export function removeAddress(places: Places): void {
  for (const path of [places.infoPath, places.tokenPath]) rmSync(path, { force: true })
}

/** 0: none is known. */
export function readLastPort(places: Places): number {
  try {
    const port = Number(readFileSync(places.portPath, 'utf8').trim())
    return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : 0
  } catch {
    return 0
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
