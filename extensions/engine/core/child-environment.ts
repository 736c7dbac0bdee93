/**
 * What a child finds in its environment: a small base from an allow list, the document's own variables, and our marks.
 * Nothing else of the engine's environment reaches a child: that is where the providers' keys are.
 */
const BASE: ReadonlySet<string> = new Set(['PATH', 'HOME', 'LANG', 'LANGUAGE', 'TMPDIR', 'TERM', 'USER', 'LOGNAME', 'SHELL', 'TZ'])
/** A desktop program finds its display and its session by these. A model's programs do not get them: they reach the person's whole session. */
const DESKTOP: ReadonlySet<string> = new Set(['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'])
/** Windows: without these, programs do not find their libraries, folders and temporary files. Names are compared in capitals. */
const WINDOWS: ReadonlySet<string> = new Set([
  'PATH',
  'PATHEXT',
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'TEMP',
  'TMP',
  'USERNAME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
  'OS',
])

export interface ChildEnvironment {
  /** The engine's own environment, from which the allow list takes. */
  readonly engine: Readonly<Record<string, string | undefined>>
  /** The document's variables. */
  readonly own?: Readonly<Record<string, string>>
  /** Ours, last: no document can take its child out of our sight. */
  readonly marks: Readonly<Record<string, string>>
  /** Whether it may find the person's desktop session. Default: no. */
  readonly desktop?: boolean
  readonly platform?: NodeJS.Platform
}

export function childEnvironment({
  engine,
  own,
  marks,
  desktop = false,
  platform = process.platform,
}: ChildEnvironment): Record<string, string> {
  const passes = (name: string): boolean =>
    platform === 'win32' ? WINDOWS.has(name.toUpperCase()) : BASE.has(name) || name.startsWith('LC_') || (desktop && DESKTOP.has(name))
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(engine)) if (value !== undefined && passes(name)) environment[name] = value
  return Object.assign(environment, own, marks)
}
