/** What a child finds in its environment: a small base from an allow list, the document's own variables, and our two marks. */
/** Nothing else of the engine's environment reaches a child: that is where the providers' keys are. */
const ALLOWED: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'LANG',
  'LANGUAGE',
  'TMPDIR',
  'TERM',
  'USER',
  'LOGNAME',
  'SHELL',
  'TZ',
  // A desktop program finds its display and its session by these.
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
])
/** Windows: without these, programs do not find their libraries, folders and temporary files. Names are compared in capitals. */
const ALLOWED_WINDOWS: ReadonlySet<string> = new Set([
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

export function childEnvironment(
  engine: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
  marks: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(engine)) {
    const allowed = platform === 'win32' ? ALLOWED_WINDOWS.has(name.toUpperCase()) : ALLOWED.has(name) || name.startsWith('LC_')
    if (allowed && value !== undefined) environment[name] = value
  }
  Object.assign(environment, own)
  // Last, so that no document can take its child out of our sight.
  Object.assign(environment, marks)
  return environment
}
