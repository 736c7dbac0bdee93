/** What a credential's name, a field's name and a host look like; the window checks a form by them before the engine does. */
export const CREDENTIAL_PATTERNS = {
  name: /^[a-z][a-z0-9-]{0,59}$/,
  field: /^[a-z][a-z0-9_]{0,39}$/,
  host: /^(\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$|^\[[0-9a-f:]+\](?::\d{1,5})?$/,
} as const

/** Bounds of credentials; the unit is in the name. Part of LIMITS. */
export const CREDENTIAL_LIMITS = {
  /** Credentials in one vault. */
  credentials: 5_000,
  /** One field: room for a private key or a service account's file. */
  fieldChars: 64_000,
  hosts: 50,
  /** Grants of one credential, and fields or hosts named by one grant. */
  grants: 1_000,
  attachments: 10,
  /** One attachment; as base64 it must fit into a frame. */
  attachmentBytes: 4 * 1024 * 1024,
  attachmentNameChars: 120,
  /** Entries of one import. */
  importEntries: 2_000,
  /** Signs of a generated password. */
  generated: { default: 24, min: 8, max: 128 },
  /** A revealed or copied value is taken off the screen and out of the clipboard after this. */
  shownMs: 30_000,
  /** How long a person has to agree in the browser. */
  connectMs: 10 * 60_000,
  /** `soon` begins this long before an end. */
  soonMs: 14 * 24 * 3_600_000,
  /** A credential is checked again by itself this long after its last check. */
  checkEveryMs: 24 * 3_600_000,
} as const
