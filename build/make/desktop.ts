/** What a desktop needs around the executable: the Debian package, the AppDir, and the bundle for macOS. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './root.ts'
import type { Target } from './targets.ts'

const ICON = join(ROOT, 'src/look/mark.svg')
const entry = (program: string): string => `[Desktop Entry]
Type=Application
Name=Troupe
Comment=A team of AI personas on your own machine
Exec=${program} start
Icon=troupe
Terminal=false
Categories=Utility;Development;
StartupWMClass=Troupe
`

/** One inode for the same 110 MB, where the disk allows it. */
function same(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

/** False: dpkg-deb is not here. */
export function makeDeb(target: Target, executable: string, licences: string, version: string, output: string): boolean {
  const folder = `${output}.tree`
  rmSync(folder, { recursive: true, force: true })
  same(executable, join(folder, 'usr/lib/troupe/troupe'))
  put(join(folder, 'usr/share/applications/org.troupe.desktop.desktop'), entry('/usr/bin/troupe'))
  put(join(folder, 'usr/share/icons/hicolor/scalable/apps/troupe.svg'), readFileSync(ICON))
  put(join(folder, 'usr/share/doc/troupe/copyright'), licences)
  mkdirSync(join(folder, 'usr/bin'), { recursive: true })
  symlinkSync('../lib/troupe/troupe', join(folder, 'usr/bin/troupe'))
  const control = {
    Package: 'troupe',
    Version: version,
    Architecture: target.arch === 'x64' ? 'amd64' : 'arm64',
    Maintainer: 'Troupe <troupe@localhost>',
    Section: 'utils',
    Priority: 'optional',
    Depends: 'libc6 (>= 2.28), libstdc++6',
    Recommends: 'libwebkit2gtk-4.1-0 | chromium',
    Description: 'team of AI personas on your own machine\n Personas, teams, schedules and a sealed vault, in one local program.',
  }
  put(
    join(folder, 'DEBIAN/control'),
    `${Object.entries(control)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n')}\n`,
  )
  try {
    execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zxz', '-z6', folder, output], { stdio: ['ignore', 'ignore', 'pipe'] })
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw thrown
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The layout of an AppImage; `appimagetool <folder>` makes the one file of it, where that tool is. */
export function makeAppDir(executable: string, folder: string): void {
  same(executable, join(folder, 'usr/bin/troupe'))
  put(join(folder, 'org.troupe.desktop.desktop'), entry('troupe'))
  put(join(folder, 'troupe.svg'), readFileSync(ICON))
  // A second name and no script: a shell's words would come between the arguments and the program.
  symlinkSync('usr/bin/troupe', join(folder, 'AppRun'))
  symlinkSync('troupe.svg', join(folder, '.DirIcon'))
}

/** The one command that signs it, on a Mac with a certificate. */
export const SIGN = 'codesign --force --options runtime --timestamp --sign "Developer ID Application: <name>" Troupe.app'

/** A real bundle, unsigned. `program`: the executable, or the slim folder when there is none for macOS. */
export function makeMacApp(folder: string, version: string, program: { readonly executable: string } | { readonly slim: string }): void {
  const inside = join(folder, 'Contents')
  mkdirSync(join(inside, 'MacOS'), { recursive: true })
  if ('executable' in program) same(program.executable, join(inside, 'MacOS/troupe'))
  else cpSync(program.slim, join(inside, 'MacOS'), { recursive: true })
  chmodSync(join(inside, 'MacOS/troupe'), 0o755)
  put(join(inside, 'Info.plist'), plist(version))
  put(join(inside, 'PkgInfo'), 'APPL????')
  put(join(inside, 'Resources/troupe.svg'), readFileSync(ICON))
}

function plist(version: string): string {
  const pairs = {
    CFBundleIdentifier: 'org.troupe.desktop',
    CFBundleName: 'Troupe',
    CFBundleDisplayName: 'Troupe',
    CFBundleExecutable: 'troupe',
    CFBundlePackageType: 'APPL',
    CFBundleInfoDictionaryVersion: '6.0',
    CFBundleShortVersionString: version,
    CFBundleVersion: version,
    LSMinimumSystemVersion: '13.5',
  }
  const rows = Object.entries(pairs).map(([key, value]) => `  <key>${key}</key>\n  <string>${value}</string>\n`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n<dict>\n${rows.join('')}  <key>NSHighResolutionCapable</key>\n  <true/>\n</dict>\n</plist>\n`
}

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
