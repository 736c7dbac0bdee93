/** The last thing before a provider: no secret leaves in a request's body, and none comes in with what is answered, however it is cut. */
import type { Redactor } from '#core'

/** Headers are the library's own: the provider's key belongs there and nowhere else. */
export function maskedFetch(inner: typeof fetch, redactor: Redactor): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, typeof init?.body === 'string' ? { ...init, body: redactor.text(init.body) } : init)
    if (!redactor.image || response.body === null) return response
    const { status, statusText, headers } = response
    const clean = redactor.stream()
    const masking = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        const bytes = clean.push(chunk)
        if (bytes.length > 0) out.enqueue(bytes)
      },
      flush(out) {
        const bytes = clean.end()
        if (bytes.length > 0) out.enqueue(bytes)
      },
    })
    // Its length may have changed, and it is not compressed any more.
    const kept = new Headers([...headers].filter(([name]) => name !== 'content-length' && name !== 'content-encoding'))
    return new Response(response.body.pipeThrough(masking), { status, statusText, headers: redactedHeaders(kept, redactor) })
  }
}

function redactedHeaders(headers: Headers, redactor: Redactor): Headers {
  return new Headers([...headers].map(([name, value]) => [name, redactor.text(value)]))
}
