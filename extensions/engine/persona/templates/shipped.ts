/** What the templates of shipped programs share. */
import type { TemplateInput } from '../template.ts'

type Doc = TemplateInput['doc']
type ParameterInput = NonNullable<Doc['parameters']>[number]

/** A command body that runs `resources/programs/<program>.mjs`: each parameter becomes the argument of its name (`_` written as `-`). */
export function shippedProgram(
  program: string,
  parameters: readonly ParameterInput[],
  options: { readonly stdin?: 'input' | 'none'; readonly okExitCodes?: number[] } = {},
): Doc['body'] {
  return {
    kind: 'command',
    program: '{{troupe.node}}',
    args: [`{{troupe.programs}}/${program}.mjs`, ...parameters.map(({ name }) => `--${name.replaceAll('_', '-')}={{param.${name}}}`)],
    stdin: options.stdin ?? 'none',
    okExitCodes: options.okExitCodes ?? [0],
  }
}

/** The one section of a command persona: nobody sends it anywhere, it is for the reader. */
export function howItWorks(text: string): NonNullable<Doc['sections']> {
  return [{ id: 'how', kind: 'own', title: 'How it works', text }]
}
