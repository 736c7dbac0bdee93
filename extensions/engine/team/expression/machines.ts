/**
 * WebAssembly machines for boxes. The code is compiled once; a machine is ready before it is needed, because making one
 * takes a turn of the event loop and evaluating must not.
 */
import imported from '@jitl/quickjs-wasmfile-release-sync'
import { newQuickJSWASMModuleFromVariant, type QuickJSSyncVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core'

export interface Machines {
  /** A fresh machine; another is made ready behind it. Undefined while none is. */
  take(): QuickJSWASMModule | undefined
  /** Resolves when `take` will answer. */
  ready(): Promise<void>
}

/** Typed as a module by some resolvers, and given as the variant itself by all. */
const variant = imported as unknown as QuickJSSyncVariant
/** Two at once: one for expressions, one for scripts. */
const KEPT_READY = 2

export async function openMachines(): Promise<Machines> {
  const waiting: QuickJSWASMModule[] = []
  let making = Promise.resolve()
  const fill = (): void => {
    making = making.then(async () => {
      while (waiting.length < KEPT_READY) waiting.push(await newQuickJSWASMModuleFromVariant(variant))
    })
  }
  fill()
  await making
  return {
    take: () => {
      const machine = waiting.pop()
      fill()
      return machine
    },
    ready: () => making,
  }
}
