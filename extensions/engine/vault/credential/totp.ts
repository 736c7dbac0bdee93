/** One-time codes by time (RFC 6238), from an otpauth address or a bare key. */
import type { TOTP } from 'otpauth'
import type { TotpCode } from '#contract'
import { TroupeError } from '#core'

/** Loaded when a key is read for the first time. */
const library = () => import('otpauth')

const ALGORITHMS = ['SHA1', 'SHA256', 'SHA512']
const PERIOD_SECONDS = { min: 15, max: 120 }
const DIGITS = { min: 6, max: 8 }

function refuse(why: string): TroupeError {
  return new TroupeError('INVALID', `The key of one-time codes does not fit: ${why}.`, {
    hint: 'Give the otpauth address of the QR code, or the key in base32 that the service shows beside it.',
    facts: { field: 'totp' },
  })
}

async function read(key: string): Promise<TOTP> {
  const { Secret, TOTP } = await library()
  if (/^otpauth:/i.test(key)) return readAddress(key)
  const bare = key.replace(/[\s-]/g, '').replace(/=+$/, '')
  if (!/^[A-Z2-7]{8,}$/i.test(bare)) throw refuse('expected is base32 (A to Z and 2 to 7) of at least eight signs')
  return new TOTP({ secret: Secret.fromBase32(bare.toUpperCase()) })
}

async function readAddress(address: string): Promise<TOTP> {
  const { TOTP, URI } = await library()
  if (/^otpauth:\/\/hotp\//i.test(address)) throw refuse('it counts (HOTP); only codes by time (TOTP) are made')
  let made: unknown
  try {
    made = URI.parse(address)
  } catch {
    // The library's message may repeat the address, which holds the key.
    throw refuse('the otpauth address cannot be read')
  }
  if (!(made instanceof TOTP)) throw refuse('the otpauth address is not one of TOTP')
  if (!ALGORITHMS.includes(made.algorithm)) throw refuse('its algorithm is none of SHA1, SHA256 and SHA512')
  if (made.digits < DIGITS.min || made.digits > DIGITS.max) throw refuse('expected are six to eight digits')
  if (made.period < PERIOD_SECONDS.min || made.period > PERIOD_SECONDS.max) throw refuse('expected is a period of 15 to 120 seconds')
  return made
}

/** INVALID when no code can be made from it; never repeats it. */
export async function checkTotp(key: string): Promise<void> {
  await read(key)
}

export async function totpAt(key: string, now: number): Promise<TotpCode> {
  const totp = await read(key)
  return { code: totp.generate({ timestamp: now }), leftMs: totp.period * 1000 - (now % (totp.period * 1000)), periodSeconds: totp.period }
}
