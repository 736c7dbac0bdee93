/** Evaluates templates: the short way where there is one, the sandbox for the rest. */
import { type Box, BoxFailure, limitFailure, openBox } from '../sandbox/box.ts'
import { answering } from './answering.ts'
import { isExpression } from './chunks.ts'
import { type CodeChunk, compileTemplate, type Template } from './compile.ts'
import { decode, FUNCTION, TIME_CLASS } from './decode.ts'
import type { ExpressionOptions, Expressions, SandboxLimits, ScriptOutcome, ScriptRequest } from './expressions.ts'
import { ExpressionFailure } from './failure.ts'
import { expressionProgram } from './guest/program.ts'
import { provideLibraries } from './libraries.ts'
import type { Machines } from './machines.ts'
import type { ExpressionScope } from './scope.ts'
import { Scripts } from './scripts.ts'
import { GIVE_UP, SWALLOWED } from './short-way.ts'
import { textOf } from './text-of.ts'

const DEFAULT_LIMITS: SandboxLimits = {
  expressionMs: 1_000,
  scriptMs: 60_000,
  memoryBytes: 128 * 1024 * 1024,
  stackBytes: 192 * 1024,
  resultCharacters: 32_000_000,
}

/** Templates kept, read and compiled. A team has a few hundred. */
const KEPT_TEMPLATES = 4_000
/** Parameters nested deeper than this are refused. */
const DEEPEST = 200

export class Evaluator implements Expressions {
  readonly #options: ExpressionOptions
  readonly #limits: SandboxLimits
  readonly #machines: Machines
  readonly #scripts: Scripts
  readonly #templates = new Map<string, Template>()
  readonly #loaded = new Set<string>()
  #compiled = new Set<number>()
  #box: Box | undefined
  #scope: ExpressionScope | undefined
  /** The scope whose copies the box holds. */
  #copied: ExpressionScope | undefined
  #zone: string | undefined
  #numbers = 0
  #disposed = false

  constructor(options: ExpressionOptions, machines: Machines) {
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#machines = machines
    this.#scripts = new Scripts(options, this.#limits, machines)
  }

  resolve(value: unknown, scope: ExpressionScope, itemIndex: number): unknown {
    return this.#resolve(value, scope, itemIndex, 0)
  }

  #resolve(value: unknown, scope: ExpressionScope, itemIndex: number, depth: number): unknown {
    if (typeof value === 'string') return isExpression(value) ? this.evaluate(value, scope, itemIndex) : value
    if (typeof value !== 'object' || value === null) return value
    if (depth > DEEPEST) throw new ExpressionFailure('ExpressionError', `Parameters may be nested ${DEEPEST} deep.`)
    if (Array.isArray(value)) {
      const list = value.map((each) => this.#resolve(each, scope, itemIndex, depth + 1))
      return list.some((each, index) => each !== value[index]) ? list : value
    }
    let changed = false
    const entries = Object.entries(value).map(([key, each]: [string, unknown]) => {
      const resolved = this.#resolve(each, scope, itemIndex, depth + 1)
      if (resolved !== each) changed = true
      return [key, resolved] as const
    })
    return changed ? Object.fromEntries(entries) : value
  }

  evaluate(template: string, scope: ExpressionScope, itemIndex: number): unknown {
    if (this.#disposed) throw new ExpressionFailure('ExpressionError', 'The sandbox was closed.')
    const text = template.startsWith('=') ? template.slice(1) : template
    const read = this.#templates.get(text) ?? this.#keep(text)
    if (read.typed) return finished(this.#value(read.chunks[0] as CodeChunk, scope, itemIndex))
    let result = ''
    for (const chunk of read.chunks) result += chunk.kind === 'text' ? chunk.text : textOf(finished(this.#value(chunk, scope, itemIndex)))
    return result
  }

  #keep(text: string): Template {
    const template = compileTemplate(text, () => {
      this.#numbers += 1
      return this.#numbers
    })
    if (this.#templates.size >= KEPT_TEMPLATES) this.#forget()
    this.#templates.set(text, template)
    return template
  }

  #forget(): void {
    this.#templates.clear()
    if (this.#box) this.#box.call('drop', '', this.#limits.expressionMs)
    this.#compiled = new Set()
  }

  #value(chunk: CodeChunk, scope: ExpressionScope, itemIndex: number): unknown {
    if (chunk.short) {
      try {
        return chunk.short(scope, itemIndex)
      } catch (thrown) {
        if (thrown === SWALLOWED) return undefined
        if (thrown !== GIVE_UP) throw thrown
      }
    }
    return this.#run(chunk, scope, itemIndex)
  }

  #run(chunk: CodeChunk, scope: ExpressionScope, itemIndex: number): unknown {
    const box = this.#openBox()
    this.#scope = scope
    try {
      this.#prepare(box, chunk, scope)
      const fresh = this.#copied === scope ? 0 : 1
      this.#copied = scope
      const decoded = decode(box.call('run', `${chunk.number} ${itemIndex} ${chunk.mayChange ? 1 : 0} ${fresh}`, this.#limits.expressionMs))
      if (decoded.ok) return decoded.value
      const { name, message } = decoded.failure
      const limit = limitFailure(name, message, this.#limits)
      if (limit) throw limit
      throw new ExpressionFailure(name, message, { place: { offset: chunk.offset } })
    } catch (error) {
      throw error instanceof BoxFailure ? this.#stopped(error, chunk) : error
    }
  }

  #prepare(box: Box, chunk: CodeChunk, scope: ExpressionScope): void {
    if (provideLibraries(box, chunk.libraries, this.#loaded, this.#options.libraries)) this.#zone = undefined
    if (this.#zone !== scope.timeZone) {
      box.call('enter', JSON.stringify([scope.timeZone]), this.#limits.expressionMs)
      this.#zone = scope.timeZone
    }
    if (!this.#compiled.has(chunk.number)) {
      box.call('compile', JSON.stringify([chunk.number, chunk.code]), this.#limits.expressionMs)
      this.#compiled.add(chunk.number)
    }
  }

  #stopped(error: BoxFailure, chunk: CodeChunk): ExpressionFailure {
    // Whatever was cut off in the middle may have left the item's copies half changed.
    this.#copied = undefined
    return new ExpressionFailure('ExpressionError', `This expression was stopped. ${error.message}`, {
      place: { offset: chunk.offset },
      ...(error.stopped ? { stopped: error.stopped } : {}),
    })
  }

  #openBox(): Box {
    if (this.#box?.state === 'open' && this.#box.heldBytes <= this.#limits.memoryBytes / 2) return this.#box
    const machine = this.#machines.take()
    if (!machine) throw new ExpressionFailure('ExpressionError', 'The sandbox is being replaced after a failure. Try again.')
    this.#box?.close()
    this.#loaded.clear()
    this.#compiled = new Set()
    this.#copied = undefined
    this.#zone = undefined
    this.#box = openBox({
      module: machine,
      program: expressionProgram(),
      entries: ['compile', 'drop', 'enter', 'run', 'provide'],
      limits: this.#limits,
      answer: answering(this.#options, () => this.#scope),
      ticks: this.#options.ticks,
    })
    return this.#box
  }

  runCode(request: ScriptRequest): ScriptOutcome {
    if (this.#disposed) throw new ExpressionFailure('Error', 'The sandbox was closed.')
    return this.#scripts.run(request)
  }

  dispose(): void {
    this.#disposed = true
    this.#box?.close()
    this.#box = undefined
    this.#scripts.close()
  }
}

function finished(value: unknown): unknown {
  if (value === FUNCTION) throw new ExpressionFailure('Error', 'this is a function, please add ()')
  if (value === TIME_CLASS) throw new ExpressionFailure('Error', 'this is a DateTime, please access its methods')
  return value
}
