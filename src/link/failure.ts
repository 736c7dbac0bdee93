/** Anything thrown, as the three things a person needs: what happened, what to do, whether asking again can help. */
export interface Failure {
  /** A code of the contract's list, or `INTERNAL` for what has none. */
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  readonly canRetry: boolean
}

interface Shape {
  readonly code?: unknown
  readonly message?: unknown
  readonly hint?: unknown
  readonly data?: { readonly hint?: unknown; readonly retry?: unknown } | undefined
}

export function failureOf(thrown: unknown): Failure {
  const { code, message, data, hint } = (typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) }) as Shape
  const text = typeof message === 'string' && message !== '' ? message : 'Something failed, and did not say what.'
  const said = data?.hint ?? hint
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: text,
    hint: typeof said === 'string' && said !== '' ? said : undefined,
    canRetry: data?.retry === 'later' || typeof code !== 'string',
  }
}
