/** Inside the box: the extension methods of strings. `this` is never used; the value is the first parameter. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestTable } from '../../sandbox/guest-text.ts'

interface TextKit extends GuestKit {
  plainText(text: string): string
  textToTime(text: string, format?: unknown): unknown
  refuse(message: string): Error
}

declare const kit: TextKit

function wholeNumber(text: string, radix?: number): number {
  const number = Number.parseInt(text.replace(/\s/g, ''), radix)
  if (Number.isNaN(number)) throw kit.refuse('cannot convert to integer')
  return number
}

function decimalNumber(text: string): number {
  if (/[:T]/.test(text) && !/^[-+.\d]/.test(text)) throw kit.refuse('cannot convert to float')
  const number = Number.parseFloat(text.replace(/\s/g, ''))
  if (Number.isNaN(number)) throw kit.refuse('cannot convert to float')
  return number
}

function hostOf(text: string): string | undefined {
  const found =
    /^(?:[a-z][a-z0-9+.-]*:\/\/|\/\/)?(?:[^\s/?#@]*@)?((?:[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff_-]*[a-z0-9\u00a1-\uffff])?\.)+[a-z\u00a1-\uffff]{2,}|localhost|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?(?:[/?#]\S*)?$/i.exec(
      text,
    )
  return found?.[1]
}

const texts = {
  base64Encode(text: string): unknown {
    return kit.ask('base64', 'encode', text)
  },
  base64Decode(text: string): unknown {
    return kit.ask('base64', 'decode', text)
  },
  concat(text: string, ...others: unknown[]): string {
    return text.concat(...(others as string[]))
  },
  hash(text: string, algorithm?: unknown): unknown {
    return kit.ask('hash', String(algorithm ?? 'md5').toLowerCase(), text)
  },
  isEmpty(text: string): boolean {
    return text === ''
  },
  isNotEmpty(text: string): boolean {
    return text !== ''
  },
  isNumeric(text: string): boolean {
    return text.trim() !== '' && !Number.isNaN(Number(text))
  },
  isEmail(text: string): boolean {
    return /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i.test(text)
  },
  isUrl(text: string): boolean {
    return /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+\.?[^\s]*$/i.test(text)
  },
  isDomain(text: string): boolean {
    return /^(?:[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]*[a-z0-9\u00a1-\uffff])?\.)+[a-z\u00a1-\uffff]{2,}$/i.test(text)
  },
  length(text: string): number {
    return text.length
  },
  extractEmail(text: string): string | undefined {
    return /[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/i.exec(text)?.[0]
  },
  extractDomain(text: string): string | undefined {
    return text.includes('@') && !text.includes('/') ? /^[^\s@]+@([^\s@]+\.[^\s@]+)$/.exec(text)?.[1] : hostOf(text)
  },
  extractUrl(text: string): string | undefined {
    return /(?:https?|ftp|file):\/\/[^\s<>"]+/i.exec(text)?.[0] ?? /\bwww\.[^\s<>"]+\.[a-z]{2,}[^\s<>"]*/i.exec(text)?.[0]
  },
  extractUrlPath(text: string): string | undefined {
    const found = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+(\/[^\s?#]*)?(?:[?#]\S*)?$/i.exec(text)
    return found === null ? undefined : (found[1] ?? '/')
  },
  parseJson(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch {
      throw kit.refuse('Parsing failed')
    }
  },
  quote(text: string, mark?: unknown): string {
    const sign = String(mark ?? '"')
    return sign + text.replaceAll('\\', '\\\\').replaceAll(sign, `\\${sign}`) + sign
  },
  removeMarkdown(text: string): string {
    return kit.plainText(text)
  },
  removeTags(text: string): string {
    return text.replace(/<[^>]*>/g, '')
  },
  replaceSpecialChars(text: string): unknown {
    return kit.ask('plainLetters', text)
  },
  toBoolean(text: string): boolean {
    return !['false', '0', '', 'no'].includes(text.toLowerCase())
  },
  toDate(text: string): unknown {
    const at = new Date(text)
    if (Number.isNaN(at.getTime())) throw kit.refuse('cannot convert to date')
    return at
  },
  toDateTime(text: string, format?: unknown): unknown {
    return kit.textToTime(text, format)
  },
  toInt(text: string, radix?: number): number {
    return wholeNumber(text, radix)
  },
  toWholeNumber(text: string, radix?: number): number {
    return wholeNumber(text, radix)
  },
  toFloat(text: string): number {
    return decimalNumber(text)
  },
  toDecimalNumber(text: string): number {
    return decimalNumber(text)
  },
  toNumber(text: string): number {
    const number = Number(text)
    if (Number.isNaN(number) || (text !== '' && text.trim() === '')) throw kit.refuse('cannot convert to number')
    return number
  },
  toJsonString(text: string): string {
    return JSON.stringify(text)
  },
  toSentenceCase(text: string): string {
    const sentences = text.toLowerCase().match(/[^\p{L}]*\p{L}[^.!?]*[.!?]*/gu)
    return (sentences ?? []).map((each) => each.replace(/\p{L}/u, (letter) => letter.toUpperCase())).join('')
  },
  toSnakeCase(text: string): string {
    return text
      .toLowerCase()
      .replace(/[ -]/g, '_')
      .replace(/[!"#$%&'()*+,./:;<=>?@[\\\]^`{|}~]/g, '')
  },
  toTitleCase(text: string): unknown {
    return kit.ask('titleCase', text)
  },
  urlDecode(text: string, entire?: unknown): string {
    return entire === true ? decodeURI(text) : decodeURIComponent(text)
  },
  urlEncode(text: string, entire?: unknown): string {
    return entire === true ? encodeURI(text) : encodeURIComponent(text)
  },
}

export const textsPart = guestTable('texts', texts as never, [wholeNumber, decimalNumber, hostOf] as never)
