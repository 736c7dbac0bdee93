/** One short program, run to its end without a shell. */
export interface ProgramEnd {
  /** null: it was ended by a signal, or could not be started. */
  readonly code: number | null
  /** What it said on standard error, or why it could not be started; at most 2,000 characters. */
  readonly said: string
}

export function runProgram(
  program: string,
  args: readonly string[],
  { env, timeoutMs }: { readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    let said = ''
    const child = process
      .getBuiltinModule('node:child_process')
      .spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env, timeout: timeoutMs, windowsHide: true })
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, 2000)
    })
    child.on('error', ({ message }) => resolve({ code: null, said: message }))
    child.on('close', (code) => resolve({ code, said: said.trim() }))
  })
}
