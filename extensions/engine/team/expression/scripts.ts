/** Runs people's scripts. Each finds the box in its first state, whatever the script before it did. */
import { Script } from 'node:vm'
import { type Box, BoxFailure, limitFailure, openBox } from '../sandbox/box.ts'
import { answering } from './answering.ts'
import type { LibraryName } from './compile.ts'
import { decode } from './decode.ts'
import type { ExpressionOptions, SandboxLimits, ScriptLine, ScriptOutcome, ScriptRequest, StaticData } from './expressions.ts'
import { ExpressionFailure } from './failure.ts'
import { scriptProgram } from './guest/script-program.ts'
import { provideLibraries } from './libraries.ts'
import type { Machines } from './machines.ts'
import type { Item } from './scope.ts'
import { inV8Words, placeOf } from './v8-words.ts'

const LIBRARY_WORDS: readonly (readonly [LibraryName, RegExp])[] = [
  ['luxon', /\b(?:DateTime|Duration|Interval|luxon)\b|\$now\b|\$today\b/],
  ['jmespath', /\$jmes[pP]ath\b/],
]
/** Of what a script prints. */
const MOST_LINES = 1_000
const MOST_LINE_CHARACTERS = 65_536
/** Sources that were found readable; a team runs the same few over and over. */
const KEPT_READABLE = 200
const readable = new Set<string>()
/** Longer scripts are refused. Characters. */
const LONGEST_SCRIPT = 2_000_000

export class Scripts {
  readonly #options: ExpressionOptions
  readonly #limits: SandboxLimits
  readonly #machines: Machines
  readonly #loaded = new Set<string>()
  #box: Box | undefined
  #request: ScriptRequest | undefined
  #lines: ScriptLine[] = []
  #printed = 0

  constructor(options: ExpressionOptions, limits: SandboxLimits, machines: Machines) {
    this.#options = options
    this.#limits = limits
    this.#machines = machines
  }

  run(request: ScriptRequest): ScriptOutcome {
    this.#request = request
    this.#lines = []
    this.#printed = 0
    try {
      return this.#run(request)
    } catch (error) {
      if (error instanceof ExpressionFailure) return { ok: false, failure: error, lines: this.#lines }
      if (!(error instanceof BoxFailure)) throw error
      const more = error.stopped ? { stopped: error.stopped } : {}
      return { ok: false, failure: new ExpressionFailure('Error', `This script was stopped. ${error.message}`, more), lines: this.#lines }
    } finally {
      this.#request = undefined
    }
  }

  #run(request: ScriptRequest): ScriptOutcome {
    refuseUnreadable(request.source)
    const box = this.#freshBox(request.source)
    const until = this.#options.ticks() + this.#limits.scriptMs
    const left = (): number => Math.max(0, until - this.#options.ticks())
    box.call('begin', JSON.stringify(orderOf(request)), this.#limits.scriptMs)
    box.drain(left())
    let answer = box.call('finish', '', left())
    while (answer === 'w') {
      box.drain(left())
      answer = box.call('finish', '', left())
    }
    if (answer === 'n')
      throw new ExpressionFailure('Error', 'This script waits for something that never comes (a promise that nothing settles).')
    return this.#outcome(answer, request)
  }

  #outcome(answer: string, request: ScriptRequest): ScriptOutcome {
    const decoded = decode(answer)
    const lines = this.#lines
    if (!decoded.ok) {
      const { name, message, stack, itemIndex, description } = decoded.failure
      const limit = limitFailure(name, message, this.#limits)
      if (limit) throw limit
      const place = placeOf(stack)
      const failure = new ExpressionFailure(name, inV8Words({ message, stack }, request.source), {
        ...(place ? { place } : {}),
        ...(description === undefined ? {} : { description }),
      })
      return { ok: false, failure, lines, ...(itemIndex !== undefined && itemIndex >= 0 ? { itemIndex } : {}) }
    }
    const { items, staticData } = decoded.value as { items: readonly Item[]; staticData?: StaticData }
    return { ok: true, items: plainJson(items), lines, ...(staticData ? { staticData } : {}) }
  }

  #freshBox(source: string): Box {
    const wanted = LIBRARY_WORDS.filter(([, words]) => words.test(source)).map(([name]) => name)
    if (this.#box?.state === 'open' && this.#box.heldBytes <= this.#limits.memoryBytes / 2) this.#box.reset()
    else this.#box = this.#replaced()
    if (provideLibraries(this.#box, wanted, this.#loaded, this.#options.libraries)) this.#box.keep()
    return this.#box
  }

  #replaced(): Box {
    const module = this.#machines.take()
    if (!module) throw new ExpressionFailure('Error', 'The sandbox is being replaced after a failure. Try again.')
    this.#box?.close()
    this.#loaded.clear()
    const box = openBox({
      module,
      program: scriptProgram(),
      entries: ['provide', 'begin', 'finish'],
      limits: this.#limits,
      answer: answering(this.#options, () => this.#request?.scope, {
        print: ([level, text]) => this.#print(level as ScriptLine['level'], String(text)),
        staticData: () => this.#request?.staticData,
        words: ([message, stack]) => inV8Words({ message: String(message), stack: String(stack) }, this.#request?.source ?? ''),
      }),
      ticks: this.#options.ticks,
    })
    box.keep()
    return box
  }

  #print(level: ScriptLine['level'], text: string): void {
    if (this.#lines.length >= MOST_LINES || this.#printed >= MOST_LINE_CHARACTERS) return
    const kept = text.slice(0, MOST_LINE_CHARACTERS - this.#printed)
    this.#printed += kept.length
    this.#lines.push({ level, text: kept })
  }

  close(): void {
    this.#box?.close()
    this.#box = undefined
  }
}

function orderOf(request: ScriptRequest): object {
  const { flavour, mode, source, scope, itemIndex } = request
  const each = flavour === 'functionItem' || (flavour === 'code' && mode === 'runOnceForEachItem')
  return { flavour, each, source: reworded(source), timeZone: scope.timeZone, ...(itemIndex === undefined ? {} : { only: itemIndex }) }
}

/** In each `catch` the error gets V8's words first: scripts read and pass on its message. On the same line, so that places stay. */
function reworded(source: string): string {
  return source.replace(/\bcatch\s*\(\s*([A-Za-z_$][\w$]*)\s*\)\s*\{/g, (clause, name: string) => `${clause} $words(${name});`)
}

/** Says a syntax error in V8's words, with its line. The text is only compiled here, never run. */
function refuseUnreadable(source: string): void {
  if (source.length > LONGEST_SCRIPT) {
    throw new ExpressionFailure('Error', `This script has ${source.length} characters; at most ${LONGEST_SCRIPT} are allowed.`)
  }
  if (readable.has(source)) return
  if (readable.size >= KEPT_READABLE) readable.clear()
  try {
    new Script(`(async function () {\n${source}\n})`)
    readable.add(source)
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^(Unexpected (?:identifier|string|number)) .*$/s, '$1') : String(error)
    const line = error instanceof Error ? /^evalmachine\.<anonymous>:(\d+)/.exec(error.stack ?? '')?.[1] : undefined
    const at = line === undefined ? undefined : Number(line) - 1
    throw new ExpressionFailure('SyntaxError', at === undefined ? message : `${message} [line ${at}]`, {
      description: 'SyntaxError',
      ...(at === undefined ? {} : { place: { line: at } }),
    })
  }
}

/** Times inside items become their ISO text, as they do on every wire. */
function plainJson(items: readonly Item[]): readonly Item[] {
  return JSON.parse(JSON.stringify(items)) as Item[]
}
