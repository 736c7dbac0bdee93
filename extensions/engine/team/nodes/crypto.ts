/** Crypto: hashes, keyed hashes, signatures, and random texts. */
import { createHash, createHmac, createSign } from 'node:crypto'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { eachItem, type Json, text, wholeNumber } from './each.ts'
import { bytesOf } from './files.ts'
import { setPath } from './paths.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export const crypto: NodeKindRules = {
  async run(call) {
    return [
      await eachItem(call, (item, index) => {
        const json: Json = { ...item.json }
        setPath(json, text(call.param('dataPropertyName', index), 'data'), valueFor(call, item, index))
        return { ...item, json }
      }),
    ]
  },
}

function valueFor(call: NodeCall, item: Parameters<typeof bytesOf>[0], index: number): string {
  const param = (name: string, otherwise?: unknown) => call.param(name, index, otherwise)
  const action = text(param('action', 'hash'))
  if (action === 'generate') return generated(call, index)
  const encoding = text(param('encoding', 'hex')) as 'hex'
  const input = param('binaryData', false) === true ? bytesOf(item, text(param('binaryPropertyName', 'data'))) : text(param('value', ''))
  switch (action) {
    case 'hash':
      return createHash(algorithm(text(param('type', 'MD5'))))
        .update(input)
        .digest(encoding)
    case 'hmac':
      return createHmac(algorithm(text(param('type', 'MD5'))), text(param('secret', '')))
        .update(input)
        .digest(encoding)
    case 'sign':
      return createSign(text(param('algorithm', '')))
        .update(text(param('value', '')))
        .sign(text(param('privateKey', '')), encoding)
    default:
      throw new NodeFailure(`Crypto has no action "${action}".`)
  }
}

const KNOWN = new Set(['MD5', 'SHA1', 'SHA256', 'SHA384', 'SHA512', 'SHA3-256', 'SHA3-384', 'SHA3-512'])

function algorithm(type: string): string {
  if (!KNOWN.has(type)) throw new NodeFailure(`"${type}" is no hash that Troupe knows. Choose one of ${[...KNOWN].join(', ')}.`)
  return type
}

function generated(call: NodeCall, index: number): string {
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => Math.floor(call.ports.random() * 256))
  const kind = text(call.param('encodingType', index), 'uuid')
  if (kind === 'uuid') return uuid(bytes(16))
  const length = wholeNumber(call.param('stringLength', index, 32), 32)
  if (length < 1 || length > 100_000) throw new NodeFailure(`The length must be between 1 and 100,000, and is ${length}.`)
  if (kind === 'base64') return Buffer.from(bytes(length)).toString('base64').replace(/\W/g, '').slice(0, length)
  if (kind === 'hex') return Buffer.from(bytes(length)).toString('hex').slice(0, length)
  return Array.from(bytes(length), (byte) => LETTERS[byte % LETTERS.length]).join('')
}

function uuid(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
