/** The closed list of error codes. A new code is added here, with its family, or it does not exist. */
export type ErrorFamily = 'user' | 'world' | 'bug'
export type ErrorRetry = 'never' | 'later'

interface ErrorEntry {
  readonly family: ErrorFamily
  readonly retry: ErrorRetry
  /** HTTP status on the OpenAPI door. */
  readonly status: number
}

export const ERRORS = {
  /** The input does not fit the contract. */
  INVALID: { family: 'user', retry: 'never', status: 400 },
  /** The caller's token does not allow this call. */
  FORBIDDEN: { family: 'user', retry: 'never', status: 403 },
  /** No such persona, run, revision, provider … */
  NOT_FOUND: { family: 'user', retry: 'never', status: 404 },
  /** Somebody else changed it since it was read. */
  CONFLICT: { family: 'user', retry: 'never', status: 409 },
  /** The action is not possible in this state (e.g. cancel of an ended run). */
  WRONG_STATE: { family: 'user', retry: 'never', status: 409 },
  /** A queue or a limit is full: an explicit refusal. */
  FULL: { family: 'world', retry: 'later', status: 429 },
  /** Something is larger than its stated limit. */
  TOO_LARGE: { family: 'user', retry: 'never', status: 413 },
  /** A guard said no: a path outside the workspace, a private address, a program that is not allowed. */
  REFUSED: { family: 'user', retry: 'never', status: 403 },
  /** The vault is sealed (or there is none): unlock it, and ask again. */
  SEALED: { family: 'user', retry: 'later', status: 423 },
  /** This call asks who you are: get a proof with vault.reauthenticate, and repeat the call with it. */
  REAUTHENTICATE: { family: 'user', retry: 'never', status: 401 },
  /** A provider could not be reached. */
  UNREACHABLE: { family: 'world', retry: 'later', status: 502 },
  /** A provider did not accept the key. */
  UNAUTHORISED: { family: 'user', retry: 'never', status: 502 },
  /** A provider answered with an error of its own. */
  PROVIDER: { family: 'world', retry: 'later', status: 502 },
  /** A program, file or folder that is needed is missing. */
  MISSING: { family: 'user', retry: 'never', status: 424 },
  /** The disk refused: full, read-only, taken away. */
  DISK: { family: 'world', retry: 'later', status: 507 },
  /** The database file is damaged, or newer than this build. */
  DAMAGED: { family: 'world', retry: 'never', status: 500 },
  /** It took longer than its limit. */
  TIMEOUT: { family: 'world', retry: 'later', status: 504 },
  /** The person, or the end of the connection, cancelled it. */
  CANCELLED: { family: 'user', retry: 'never', status: 499 },
  /** The engine is stopping. */
  STOPPING: { family: 'world', retry: 'later', status: 503 },
  /** A defect in Troupe. */
  INTERNAL: { family: 'bug', retry: 'never', status: 500 },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS
