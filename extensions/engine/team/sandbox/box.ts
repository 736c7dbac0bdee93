/**
 * A box: one QuickJS machine in WebAssembly, with limits, that speaks in strings. States: open → broken | closed. A broken box (the
 * machine itself trapped, or grew too large) answers nothing more and is replaced by its owner; a call that fails inside leaves the
 * box open. Whatever runs inside reaches the outside through one function only, `answer`, which takes and gives text.
 */
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core'

export interface BoxLimits {
  /** Bytes that everything inside may hold. */
  readonly memoryBytes: number
  /** Bytes of the machine's stack. */
  readonly stackBytes: number
  /** Characters of one answer that leaves the box. */
  readonly resultCharacters: number
}

export interface BoxOptions {
  readonly module: QuickJSWASMModule
  /** Runs once, and evaluates to an object of functions: the only ones that `call` can reach. */
  readonly program: string
  /** Their names. */
  readonly entries: readonly string[]
  readonly limits: BoxLimits
  /** Answers what the inside asks. Must not throw for what people wrote: it returns its refusals as text. */
  readonly answer: (question: string, argument: string) => string
  /** Milliseconds, monotonic. */
  readonly ticks: () => number
}

export type BoxStop = 'time' | 'memory' | 'stack' | 'output'

/** The inside was stopped, or threw. `stopped` is absent when it threw by itself. */
export class BoxFailure extends Error {
  readonly stopped: BoxStop | undefined

  constructor(message: string, stopped: BoxStop | undefined) {
    super(message)
    this.name = 'BoxFailure'
    this.stopped = stopped
  }
}

export interface Box {
  readonly state: 'open' | 'broken' | 'closed'
  /** Bytes that the machine has taken from the host; it never gives them back before it is closed. */
  readonly heldBytes: number
  /** Calls one of the program's functions with text, and answers its text. Throws `BoxFailure`. */
  call(name: string, argument: string, limitMs: number): string
  /** Runs the jobs that wait (promises), until none does. Throws `BoxFailure`. */
  drain(limitMs: number): void
  /** Runs more trusted text, e.g. a library, and hands what it evaluates to to the program's `provide(name, value)`. */
  provide(name: string, program: string): void
  /** Keeps the memory as it is now; `reset` brings it back, whatever ran in between. */
  keep(): void
  reset(): void
  close(): void
}

/** Set-up may take this long on a slow machine. Milliseconds. */
const SETUP_MS = 10_000
const PAGE_BYTES = 65_536

export function openBox(options: BoxOptions): Box {
  return new QuickBox(options)
}

class QuickBox implements Box {
  #state: 'open' | 'broken' | 'closed' = 'open'
  readonly #options: BoxOptions
  readonly #runtime: QuickJSRuntime
  readonly #context: QuickJSContext
  readonly #functions = new Map<string, QuickJSHandle>()
  #deadline = Number.POSITIVE_INFINITY
  #late = false
  #kept: Uint8Array | undefined

  constructor(options: BoxOptions) {
    this.#options = options
    this.#runtime = options.module.newRuntime()
    this.#runtime.setMemoryLimit(options.limits.memoryBytes)
    this.#runtime.setMaxStackSize(options.limits.stackBytes)
    this.#runtime.setInterruptHandler(() => {
      if (options.ticks() <= this.#deadline) return false
      this.#late = true
      return true
    })
    this.#context = this.#runtime.newContext()
    this.#openWindow()
    // Taken now, once: what is kept for `reset` must hold them.
    const made = this.#guarded(SETUP_MS, () => this.#evaluate(options.program, 'program.js'))
    for (const name of options.entries) this.#functions.set(name, this.#context.getProp(made, name))
    made.dispose()
  }

  get state(): 'open' | 'broken' | 'closed' {
    return this.#state
  }

  get heldBytes(): number {
    return this.#options.module.getWasmMemory().buffer.byteLength
  }

  /** The only way out: one function, text in, text out. */
  #openWindow(): void {
    const context = this.#context
    const send = context.newFunction('send', (question, argument) => {
      const text = this.#options.answer(context.getString(question), context.getString(argument))
      return context.newString(text)
    })
    context.setProp(context.global, '__send', send)
    send.dispose()
  }

  #evaluate(program: string, file: string): QuickJSHandle {
    const result = this.#context.evalCode(program, file)
    if (result.error) throw this.#thrown(result.error)
    return result.value
  }

  provide(name: string, program: string): void {
    this.#guarded(SETUP_MS, () => {
      const context = this.#context
      const value = this.#evaluate(program, `${name}.js`)
      const key = context.newString(name)
      const result = context.callFunction(this.#functionNamed('provide'), context.undefined, key, value)
      key.dispose()
      value.dispose()
      if (result.error) throw this.#thrown(result.error)
      result.value.dispose()
    })
  }

  call(name: string, argument: string, limitMs: number): string {
    return this.#guarded(limitMs, () => {
      const context = this.#context
      const called = this.#functionNamed(name)
      const given = context.newString(argument)
      const result = context.callFunction(called, context.undefined, given)
      given.dispose()
      if (result.error) throw this.#thrown(result.error)
      const text = context.getString(result.value)
      result.value.dispose()
      if (text.length > this.#options.limits.resultCharacters) {
        throw new BoxFailure(
          `The result has ${text.length} characters; at most ${this.#options.limits.resultCharacters} are allowed.`,
          'output',
        )
      }
      return text
    })
  }

  drain(limitMs: number): void {
    this.#guarded(limitMs, () => {
      const result = this.#runtime.executePendingJobs()
      if (result.error) throw this.#thrown(result.error)
    })
  }

  #functionNamed(name: string): QuickJSHandle {
    const known = this.#functions.get(name)
    if (!known) throw new BoxFailure(`The program has no ${name}.`, undefined)
    return known
  }

  #guarded<T>(limitMs: number, work: () => T): T {
    if (this.#state !== 'open') throw new BoxFailure(`The sandbox is ${this.#state}.`, undefined)
    this.#late = false
    this.#deadline = this.#options.ticks() + limitMs
    try {
      const result = work()
      // Inside a promise the interruption becomes a rejection; it still ends the call.
      if (this.#late) throw new BoxFailure('late', 'time')
      return result
    } catch (error) {
      if (this.#late) throw new BoxFailure(`It ran longer than ${Math.round(limitMs)} ms.`, 'time')
      if (error instanceof BoxFailure) throw error
      // The machine itself gave up (a trap, or the host's stack): its memory can no longer be trusted.
      this.#state = 'broken'
      throw new BoxFailure('It needs more stack than it is allowed.', 'stack')
    } finally {
      this.#deadline = Number.POSITIVE_INFINITY
    }
  }

  #thrown(error: QuickJSHandle): BoxFailure {
    const name = this.#text(error, 'name')
    const message = this.#text(error, 'message')
    error.dispose()
    const limit = limitFailure(name, message, this.#options.limits)
    if (limit) return limit
    return new BoxFailure(`${name}: ${message}`, undefined)
  }

  #text(of: QuickJSHandle, key: string): string {
    const context = this.#context
    if (context.typeof(of) !== 'object') return String(context.dump(of))
    const value = context.getProp(of, key)
    const text = context.typeof(value) === 'string' ? context.getString(value) : ''
    value.dispose()
    return text
  }

  keep(): void {
    this.#kept = trimmed(new Uint8Array(this.#options.module.getWasmMemory().buffer))
  }

  reset(): void {
    if (!this.#kept || this.#state !== 'open') throw new BoxFailure('There is nothing to go back to.', undefined)
    // What lies behind is unallocated again: the machine's allocator gives it out only cleared or to be written over.
    new Uint8Array(this.#options.module.getWasmMemory().buffer).set(this.#kept)
  }

  close(): void {
    // The whole machine is dropped at once, memory and all; taking it apart piece by piece has no use.
    this.#state = 'closed'
    this.#functions.clear()
    this.#kept = undefined
  }
}

/** A limit of the machine, told from an error of what ran in it. */
export function limitFailure(name: string, message: string, limits: BoxLimits): BoxFailure | undefined {
  if (/call stack|stack overflow/.test(message) && /^(?:RangeError|InternalError)$/.test(name))
    return new BoxFailure('It calls itself too deeply.', 'stack')
  if (name !== 'InternalError') return undefined
  if (message === 'out of memory') return new BoxFailure(`It needs more than ${limits.memoryBytes} bytes of memory.`, 'memory')
  return message === 'string too long' ? new BoxFailure('It makes a text that is too long.', 'memory') : undefined
}

const ZERO_PAGE = Buffer.alloc(PAGE_BYTES)

/** A copy without the zero pages at the end. */
function trimmed(memory: Uint8Array): Uint8Array {
  let pages = memory.length / PAGE_BYTES
  while (pages > 0 && ZERO_PAGE.equals(memory.subarray((pages - 1) * PAGE_BYTES, pages * PAGE_BYTES))) pages -= 1
  return memory.slice(0, pages * PAGE_BYTES)
}
