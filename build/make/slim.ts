/** The slim folder, for those who have a Node: the boot, the index, the pack, and a script for each kind of shell. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PackedApp } from './pack.ts'

const SH = `#!/bin/sh
# Starts Troupe with the Node of this machine (22.12 or later). Uses no other program, so an empty PATH is no hindrance when NODE names one.
here=$0
while [ -L "$here" ]; do
  link=$(readlink "$here")
  case $link in
    /*) here=$link ;;
    *) here=\${here%/*}/$link ;;
  esac
done
case $here in
  */*) root=\${here%/*} ;;
  *) root=. ;;
esac
node=\${NODE:-$(command -v node)} || {
  echo "troupe: no Node was found. Install Node 22.12 or later, name one in NODE, or take the single executable, which brings its own." >&2
  exit 1
}
exec "$node" "$root/troupe.cjs" "$@"
`
const CMD = `@echo off\r
setlocal\r
set "node=%NODE%"\r
if "%node%"=="" set "node=node"\r
where "%node%" >nul 2>nul || if not exist "%node%" (\r
  echo troupe: no Node was found. Install Node 22.12 or later, or take the single executable, which brings its own. 1>&2\r
  exit /b 1\r
)\r
"%node%" "%~dp0troupe.cjs" %*\r
exit /b %errorlevel%\r
`

export function makeSlim(folder: string, boot: string, packed: PackedApp): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'troupe.cjs'), boot)
  writeFileSync(join(folder, 'troupe.index'), packed.index)
  writeFileSync(join(folder, 'troupe.pack'), packed.pack)
  writeFileSync(join(folder, 'troupe'), SH, { mode: 0o755 })
  writeFileSync(join(folder, 'troupe.cmd'), CMD)
}
