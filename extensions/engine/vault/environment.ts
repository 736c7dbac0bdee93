/** Keys by the name of an environment variable. */
export interface Secrets {
  /** undefined: not set, or empty. */
  get(name: string): string | undefined
  has(name: string): boolean
}

/** Reads from the environment handed in, at the time of asking. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  const get = (name: string) => env[name]?.trim() || undefined
  return { get, has: (name) => get(name) !== undefined }
}
