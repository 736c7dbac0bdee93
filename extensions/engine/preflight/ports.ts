export interface BusNames {
  readonly owned: readonly string[]
  readonly startable: readonly string[]
}

/** What the preflight asks of the machine. Each answers for itself; what takes too long or breaks becomes `not-checked`. */
export interface Machine {
  readonly platform: NodeJS.Platform
  /** Whether an environment variable is set, never its value. */
  hasEnv(name: string): boolean
  /** The absolute path of a program on the PATH. */
  findProgram(name: string): Promise<string | undefined>
  /** Answers the HTTP status of a GET on 127.0.0.1; undefined when nobody listens. */
  loopbackStatus(port: number, path: string, signal: AbortSignal): Promise<number | undefined>
  /** Bytes free for us where a folder lies. */
  freeBytes(folder: string): Promise<number>
  /** Permission bits and owner's user number; whether we may write. */
  folderAccess(folder: string): Promise<{ readonly mode: number; readonly ours: boolean; readonly writable: boolean }>
  /** Who is on the session bus, and what it could start; a word when it cannot be asked. */
  busNames(signal: AbortSignal): Promise<BusNames | 'no-bus' | 'silent'>
  /** Whether a port of 127.0.0.1 can be opened, tried and closed again. Rejects with why not. */
  listens(): Promise<void>
  /** When the newest entry of a folder was changed, milliseconds since 1970; 0: it is empty. */
  newestChange(folder: string): Promise<number>
  now(): number
  /** Opens a connection and closes it; nothing is sent. Rejects with why not. */
  connects(host: string, port: number, signal: AbortSignal): Promise<void>
  fileExists(path: string): Promise<boolean>
}

export interface PreflightPorts {
  readonly machine: Machine
  /** Asks the keyring itself, as the vault would, without making an entry. */
  readonly keyring: (signal: AbortSignal) => Promise<{ readonly available: 'yes' | 'locked' | 'no'; readonly detail: string }>
  /** Addresses of the model providers that are set up, by the person's name for each. */
  readonly providers: () => Promise<readonly { readonly label: string; readonly url: string }[]>
  readonly dataDir: string
  /** Where the Neutralino binary is looked for. */
  readonly neutralinoPath: string
  /** Browsers that can show an app window, by program name, the first found is used. */
  readonly browsers: readonly string[]
  /** Default ports, or others in tests. */
  readonly ollamaPort?: number
  readonly lmStudioPort?: number
  /** One check may take so long. Default 2,000. */
  readonly timeoutMs?: number
  readonly after: (delayMs: number, task: () => void) => () => void
}
