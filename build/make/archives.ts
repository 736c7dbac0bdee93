/** Archives and checksums of what was made. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Zippable, zipSync } from 'fflate'
import { filesBelow } from './app.ts'

/** The filter for machine code comes first, and makes it 3 % smaller; the strongest preset takes a minute and a half. */
export function xz(path: string, output: string, arch: 'x64' | 'arm64'): void {
  const filter = arch === 'x64' ? '--x86' : '--arm64'
  writeFileSync(output, execFileSync('xz', ['--stdout', filter, '--lzma2=preset=9e,dict=64MiB', path], { maxBuffer: 1 << 28 }))
}

export function tarXz(folder: string, output: string): void {
  execFileSync('tar', ['--owner=0', '--group=0', '--sort=name', '-cJf', output, '-C', dirname(folder), basename(folder)])
}

/** For Windows. Names and bytes only: the modes of Unix mean nothing there. */
export function zip(folder: string, output: string): void {
  const files: Zippable = {}
  for (const path of filesBelow(folder)) files[`${basename(folder)}/${path}`] = readFileSync(join(folder, path))
  writeFileSync(output, zipSync(files, { level: 9 }))
}

/** `sha256sum --check SHA256SUMS` in that folder. */
export function writeSums(folder: string): void {
  const names = readdirSync(folder).filter((name) => name !== 'SHA256SUMS' && statSync(join(folder, name)).isFile())
  const lines = names.sort().map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex')}  ${name}\n`,
  )
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''))
}
