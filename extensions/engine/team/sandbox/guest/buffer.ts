/** Inside the scripts' box: as much of Node's `Buffer` as scripts use. Bytes cross to the host as Latin-1 text. */
import { guestFunctions } from '../guest-text.ts'
import type { GuestKit } from './kit.ts'

declare const kit: GuestKit & {
  latinOf(bytes: Uint8Array): string
  bytesOf(latin: string): Uint8Array
  hidden(on: object, name: string, value: unknown): void
}

function latinOf(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return text
}

function bytesOf(latin: string): Uint8Array {
  const bytes = new Uint8Array(latin.length)
  for (let at = 0; at < latin.length; at += 1) bytes[at] = latin.charCodeAt(at)
  return bytes
}

function installBuffer(): void {
  const encodingOf = (encoding: unknown): string => (encoding === undefined ? 'utf8' : String(encoding))
  class Buffer extends Uint8Array {
    static of8(bytes: Uint8Array): Buffer {
      const made = new Buffer(bytes.length)
      made.set(bytes)
      return made
    }
    static override from(source: unknown, encoding?: unknown): Buffer {
      if (typeof source === 'string') return Buffer.of8(kit.bytesOf(kit.ask('bytes', source, encodingOf(encoding), 'latin1') as string))
      if (source instanceof ArrayBuffer) return Buffer.of8(new Uint8Array(source))
      const data = (source as { type?: unknown; data?: unknown }).type === 'Buffer' ? (source as { data: ArrayLike<number> }).data : source
      return Buffer.of8(Uint8Array.from(data as ArrayLike<number>))
    }
    static alloc(size: number, fill?: number): Buffer {
      return new Buffer(size).fill(fill ?? 0) as Buffer
    }
    static allocUnsafe(size: number): Buffer {
      return new Buffer(size)
    }
    static isBuffer(value: unknown): boolean {
      return value instanceof Buffer
    }
    static byteLength(text: string, encoding?: unknown): number {
      return Buffer.from(text, encoding).length
    }
    static concat(list: readonly Uint8Array[]): Buffer {
      const whole = new Buffer(list.reduce((sum, each) => sum + each.length, 0))
      let at = 0
      for (const each of list) {
        whole.set(each, at)
        at += each.length
      }
      return whole
    }
    override toString(encoding?: unknown, from?: number, to?: number): string {
      return kit.ask('bytes', kit.latinOf(this.subarray(from ?? 0, to ?? this.length)), 'latin1', encodingOf(encoding)) as string
    }
    toJSON(): unknown {
      return { type: 'Buffer', data: Array.from(this) }
    }
    equals(other: Uint8Array): boolean {
      return this.length === other.length && this.every((byte, at) => byte === other[at])
    }
    write(text: string, at?: number): number {
      const bytes = Buffer.from(text)
      this.set(bytes, at ?? 0)
      return bytes.length
    }
  }
  kit.hidden(globalThis, 'Buffer', Buffer)
}

export const bufferPart = `${guestFunctions({ latinOf, bytesOf, installBuffer })}kit.installBuffer()\n`
