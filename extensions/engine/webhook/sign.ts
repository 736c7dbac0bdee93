/** Signatures of webhooks, made and checked over the bytes as they came. [WH4], [WH5] */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SignatureStyle, WebhookOutcome } from '#contract/plain'

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

export type Verdict =
  /** `once`: what names this delivery, so that it is taken once; `again`: how a second one is answered. */
  | { readonly ok: true; readonly once: string | null; readonly again: 'duplicate' | 'replayed' }
  | { readonly ok: false; readonly outcome: WebhookOutcome; readonly detail: string }

const hmac = (key: string, parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHmac('sha256', key)
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function same(expected: Buffer, hex: string): boolean {
  const given = /^[0-9a-f]{64}$/i.test(hex) ? Buffer.from(hex, 'hex') : undefined
  return given !== undefined && timingSafeEqual(expected, given)
}

const wrong = (detail: string): Verdict => ({ ok: false, outcome: 'bad-signature', detail })

export function verify(style: SignatureStyle, key: string, { headers, body }: SignedRequest, nowS: number, toleranceS: number): Verdict {
  switch (style) {
    case 'none':
      return { ok: true, once: null, again: 'duplicate' }
    case 'github': {
      const given = headers['x-hub-signature-256']
      if (given === undefined) return wrong('The header x-hub-signature-256 is missing.')
      if (!same(hmac(key, [body]), given.replace(/^sha256=/, ''))) return wrong('The signature does not fit the body and the key.')
      const delivery = headers['x-github-delivery']
      return delivery === undefined
        ? { ok: true, once: given, again: 'replayed' }
        : { ok: true, once: delivery.slice(0, 200), again: 'duplicate' }
    }
    case 'slack': {
      const at = headers['x-slack-request-timestamp']
      const given = headers['x-slack-signature']
      if (at === undefined || given === undefined) return wrong('The headers x-slack-signature and x-slack-request-timestamp are needed.')
      return timed({ at, signatures: [given.replace(/^v0=/, '')], expected: hmac(key, [`v0:${at}:`, body]), nowS, toleranceS })
    }
    case 'stripe':
      return listed('stripe-signature', key, { headers, body }, nowS, toleranceS)
    case 'generic':
      return listed('x-troupe-signature', key, { headers, body }, nowS, toleranceS)
  }
}

/** `t=1492774577,v1=…,v1=…` over `t.body`; several keys may sign while one replaces the other. */
function listed(name: string, key: string, { headers, body }: SignedRequest, nowS: number, toleranceS: number): Verdict {
  const given = headers[name]
  if (given === undefined) return wrong(`The header ${name} is missing.`)
  const parts = given.split(',').map((part) => part.trim().split('=', 2) as [string, string?])
  const at = parts.find(([part]) => part === 't')?.[1]
  const signatures = parts.flatMap(([part, value]) => (part === 'v1' && value !== undefined ? [value] : []))
  if (at === undefined || signatures.length === 0) return wrong(`The header ${name} is not of the form t=…,v1=….`)
  return timed({ at, signatures, expected: hmac(key, [`${at}.`, body]), nowS, toleranceS })
}

interface Timed {
  readonly at: string
  readonly signatures: readonly string[]
  readonly expected: Buffer
  readonly nowS: number
  readonly toleranceS: number
}

function timed({ at, signatures, expected, nowS, toleranceS }: Timed): Verdict {
  if (!signatures.some((one) => same(expected, one))) return wrong('The signature does not fit the timestamp, the body and the key.')
  const apartS = Math.abs(nowS - Number(at))
  if (!(apartS <= toleranceS))
    return { ok: false, outcome: 'stale', detail: `Its timestamp is ${Math.round(apartS)} s from now, and ${toleranceS} s are allowed.` }
  return { ok: true, once: expected.toString('hex'), again: 'replayed' }
}

/** Headers that sign a body, for tests, the curl line and what is sent out. */
export function signHeaders(style: SignatureStyle, key: string, body: string, nowS: number): Record<string, string> {
  switch (style) {
    case 'none':
      return {}
    case 'github':
      return { 'x-hub-signature-256': `sha256=${hmac(key, [body]).toString('hex')}` }
    case 'slack':
      return { 'x-slack-request-timestamp': String(nowS), 'x-slack-signature': `v0=${hmac(key, [`v0:${nowS}:`, body]).toString('hex')}` }
    case 'stripe':
      return { 'stripe-signature': `t=${nowS},v1=${hmac(key, [`${nowS}.`, body]).toString('hex')}` }
    case 'generic':
      return { 'x-troupe-signature': `t=${nowS},v1=${hmac(key, [`${nowS}.`, body]).toString('hex')}` }
  }
}

/** A line for a shell that signs with openssl and sends with curl. The key stands in it: it is told where the key is told. */
export function curlLine(style: SignatureStyle, url: string, key: string): string {
  const body = `'{"test":true}'`
  const q = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
  const sign = (text: string): string => `$(printf %s ${text} | openssl dgst -sha256 -hmac ${q(key)} | sed 's/.*= //')`
  const send = `curl -sS -X POST ${q(url)} -H 'content-type: application/json'`
  switch (style) {
    case 'none':
      return `${send} -d ${body}`
    case 'github':
      return `b=${body}; ${send} -H "x-hub-signature-256: sha256=${sign('"$b"')}" -d "$b"`
    case 'slack':
      return `b=${body}; t=$(date +%s); ${send} -H "x-slack-request-timestamp: $t" -H "x-slack-signature: v0=${sign('"v0:$t:$b"')}" -d "$b"`
    case 'stripe':
      return `b=${body}; t=$(date +%s); ${send} -H "stripe-signature: t=$t,v1=${sign('"$t.$b"')}" -d "$b"`
    case 'generic':
      return `b=${body}; t=$(date +%s); ${send} -H "x-troupe-signature: t=$t,v1=${sign('"$t.$b"')}" -d "$b"`
  }
}
