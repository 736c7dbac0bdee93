/** A bundle's chunk, made small. Names of classes stay: errors are told apart by them. */
import { minifySync } from 'rolldown/utils'

export function minified(name: string, source: string): string {
  const { code, errors } = minifySync(name, source, {
    module: true,
    compress: { keepNames: { function: false, class: true } },
    mangle: { keepNames: { function: false, class: true } },
  })
  if (errors.length > 0) throw new Error(`${name} could not be made smaller: ${JSON.stringify(errors[0])}`)
  return code
}
