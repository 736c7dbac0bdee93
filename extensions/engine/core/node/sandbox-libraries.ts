/** The text of the libraries that run inside the sandbox, read from their packages. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

function packageText(name: string, file: string): string {
  return readFileSync(join(dirname(require.resolve(`${name}/package.json`)), file), 'utf8')
}

/** Read on each call; the sandbox asks once. Throws when the package is not installed. */
export const sandboxLibraries = {
  luxon: (): string => packageText('luxon', 'build/global/luxon.min.js'),
  jmespath: (): string => packageText('jmespath', 'jmespath.js'),
} as const
