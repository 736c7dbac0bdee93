/** The program of the scripts' box. Nothing in it is frozen: the box is brought back to its first state before each script. */
import { bridgePart } from '../../sandbox/guest/bridge.ts'
import { bufferPart } from '../../sandbox/guest/buffer.ts'
import { codecPart } from '../../sandbox/guest/codec.ts'
import { datesPart } from '../../sandbox/guest/dates.ts'
import { guardsPart } from '../../sandbox/guest/guards.ts'
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { localePart } from '../../sandbox/guest/locale.ts'
import { machineryPart } from '../../sandbox/guest/machinery.ts'
import { guestConstant, guestFunctions, guestProgram } from '../../sandbox/guest-text.ts'
import { namesPart } from './names.ts'
import { scopePart } from './scope.ts'
import { scriptPart } from './script.ts'
import { scriptItemsPart } from './script-items.ts'
import { scriptSelfPart } from './script-self.ts'
import { timesPart } from './times.ts'

declare const kit: GuestKit & {
  libraries: Record<string, object>
  made: Map<string, unknown>
  locals: Map<PropertyKey, unknown>
  itemIndex: number
  readStatic(): void
  start(argument: string): string
}

function installScripts(): void {
  kit.libraries = { __proto__: null } as unknown as Record<string, object>
  kit.made = new Map()
  kit.locals = new Map()
  kit.itemIndex = 0
}

function provide(name: string, library: object): void {
  kit.libraries[name] = library
  if (name === 'luxon') Object.defineProperty(globalThis, 'luxon', { value: library, writable: true, configurable: true })
}

function begin(argument: string): string {
  kit.readStatic()
  return kit.start(argument)
}

let made: string | undefined

export function scriptProgram(): string {
  made ??= guestProgram([
    bridgePart,
    codecPart,
    guardsPart,
    datesPart,
    localePart,
    guestConstant('itemKeys', [
      'json',
      'binary',
      'pairedItem',
      'error',
      'index',
      'executionStatus',
      'evaluationData',
      'metadata',
      'hints',
      'sendMessage',
    ]),
    scopePart,
    namesPart,
    timesPart,
    guestFunctions({ installScripts, provide, begin }),
    'kit.installScripts()\n',
    machineryPart,
    bufferPart,
    scriptItemsPart,
    scriptSelfPart,
    scriptPart,
    'kit.entries.provide = kit.provide\nkit.entries.begin = kit.begin\nkit.entries.finish = kit.finish\n',
  ])
  return made
}
