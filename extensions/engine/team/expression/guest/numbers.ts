/** Inside the box: the extension methods of numbers and booleans. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestTable } from '../../sandbox/guest-text.ts'

interface NumberKit extends GuestKit {
  refuse(message: string): Error
  numberToTime(value: number, unit?: unknown): unknown
}

declare const kit: NumberKit

const numbers = {
  abs(value: number): number {
    return Math.abs(value)
  },
  ceil(value: number): number {
    return Math.ceil(value)
  },
  floor(value: number): number {
    return Math.floor(value)
  },
  round(value: number, places?: number): number {
    const scale = 10 ** (places ?? 0)
    return Math.round(value * scale) / scale
  },
  format(value: number, locales?: unknown, options?: object): string {
    return value.toLocaleString((locales ?? 'en-US') as string, options as Intl.NumberFormatOptions)
  },
  isEmpty(): boolean {
    return false
  },
  isEven(value: number): boolean {
    if (!Number.isInteger(value)) throw kit.refuse('isEven() is only callable on integers')
    return value % 2 === 0
  },
  isOdd(value: number): boolean {
    if (!Number.isInteger(value)) throw kit.refuse('isOdd() is only callable on integers')
    return Math.abs(value) % 2 === 1
  },
  isInteger(value: number): boolean {
    return Number.isInteger(value)
  },
  toBoolean(value: number): boolean {
    return value !== 0
  },
  toInt(value: number): number {
    return Math.round(value)
  },
  toFloat(value: number): number {
    return value
  },
  toDateTime(value: number, unit?: unknown): unknown {
    return kit.numberToTime(value, unit)
  },
  toJsonString(value: number): string {
    return JSON.stringify(value)
  },
}

const booleans = {
  isEmpty(): boolean {
    return false
  },
  toBoolean(value: boolean): boolean {
    return value
  },
  toInt(value: boolean): number {
    return value ? 1 : 0
  },
  toNumber(value: boolean): number {
    return value ? 1 : 0
  },
  toJsonString(value: boolean): string {
    return JSON.stringify(value)
  },
}

export const numbersPart = guestTable('numbers', numbers as never) + guestTable('booleans', booleans as never)
