/** Why a call never got an answer. Has the shape of the engine's own errors, so that screens treat both alike. */
export class LinkError extends Error {
  readonly code = 'UNREACHABLE'
  readonly data: { readonly retry: 'later'; readonly hint: string }

  constructor(
    message: string,
    hint = 'This window connects again by itself. If the engine stays away, start it with `npm start` or `troupe open`.',
  ) {
    super(message)
    this.name = 'LinkError'
    this.data = { retry: 'later', hint }
  }
}

/** The engine, or this window, said no: asking again in the same way cannot help. */
export class LinkRefused extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.name = 'LinkRefused'
    this.hint = hint
  }
}
