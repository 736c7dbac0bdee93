/** The boot as one CommonJS file: an executable's main script, and the slim folder's. */
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { ROOT } from './root.ts'

export async function bundleBoot(): Promise<string> {
  const bundle = await rolldown({
    input: join(ROOT, 'extensions/engine/boot.ts'),
    cwd: ROOT,
    platform: 'node',
    external: /^node:/,
    logLevel: 'warn',
  })
  const { output } = await bundle.generate({ format: 'cjs', minify: true })
  await bundle.close()
  return output[0].code
}
