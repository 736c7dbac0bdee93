/** Libraries inside a box: each as an expression that makes it, with nothing left on the globals. */
import type { Box } from '../sandbox/box.ts'
import type { LibraryName } from './compile.ts'
import type { LibraryTexts } from './expressions.ts'

/** Provides those that the box has not got yet; true when it provided any. */
export function provideLibraries(box: Box, wanted: readonly LibraryName[], loaded: Set<string>, texts: LibraryTexts): boolean {
  const missing = wanted.filter((name) => !loaded.has(name))
  for (const name of missing) {
    box.provide(name, programOf(name, texts[name]()))
    loaded.add(name)
  }
  return missing.length > 0
}

function programOf(name: LibraryName, text: string): string {
  if (name === 'luxon') return `(function () {\n${text}\n;return luxon })()`
  return `(function () { const exports = {};\n${text}\n;return exports })()`
}
