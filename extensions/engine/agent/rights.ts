/**
 * What a persona allows of what its agent asks permission for, before the gate is asked: fail closed, by the kind that the agent names.
 * An agent's own tools run in the agent: what it does without asking is not seen here (known limit, in SPEC.md).
 */
import type { AgentBody } from '#contract'

export interface Wish {
  /** The protocol's kinds of tools: read, edit, delete, move, search, execute, think, fetch, switch_mode, other. */
  readonly kind: string
  readonly title: string
  /** The command, where the agent says it. */
  readonly command: string | null
}

/** Anything by which a shell would start a second program. */
const SHELL_SIGNS = /[;&|`$<>(){}\n\r\\]/

/** Why it is not allowed, as a sentence for the agent; null: the gate decides. */
export function whyNotAllowed(wish: Wish, body: AgentBody): string | null {
  switch (wish.kind) {
    case 'read':
    case 'search':
      return body.files === 'none' ? 'This persona may not read files.' : null
    case 'edit':
    case 'delete':
    case 'move':
      return body.files === 'write' ? null : 'This persona may not change files.'
    case 'execute':
      return whyNotRun(wish, body.commands)
    case 'fetch':
      return body.network ? null : 'This persona may not use the network.'
    case 'think':
      return null
    default:
      // Switching to a mode that asks no more, and whatever has no kind: nothing allows it.
      return `This persona allows nothing of the kind "${wish.kind}".`
  }
}

function whyNotRun({ command, title }: Wish, commands: readonly string[]): string | null {
  const line = (command ?? title).trim()
  if (commands.length === 0) return 'This persona may not start programs.'
  if (SHELL_SIGNS.test(line)) return `This persona may start single programs only, without a shell: ${commands.join(', ')}.`
  const program = line.split(/\s+/)[0] ?? ''
  return commands.includes(program) ? null : `The program "${program.slice(0, 100)}" is not in this persona's list: ${commands.join(', ')}.`
}
