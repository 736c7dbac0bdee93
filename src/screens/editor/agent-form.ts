/** The agent body as a form: lists are lines. */
import type { AgentBody } from '#contract'

export interface AgentForm {
  agent: AgentBody['agent']
  program: string
  /** One argument a line. */
  args: string
  model: string
  env: { name: string; value: string }[]
  files: 'none' | 'read' | 'write'
  /** One program a line. */
  commands: string
  network: boolean
}

export const NO_AGENT: AgentForm = {
  agent: 'claude',
  program: '',
  args: '',
  model: '',
  env: [],
  files: 'write',
  commands: '',
  network: false,
}

export function toAgentForm(body: AgentBody): AgentForm {
  return {
    agent: body.agent,
    program: body.program,
    args: body.args.join('\n'),
    model: body.model,
    env: Object.entries(body.env).map(([name, value]) => ({ name, value })),
    files: body.files,
    commands: body.commands.join('\n'),
    network: body.network,
  }
}

/** `lines`: how the form reads a list; `env`: the variables, checked. */
export function agentDoc(
  form: AgentForm,
  lines: (text: string) => string[],
  env: Readonly<Record<string, string>>,
  problems: Record<string, string>,
): AgentBody {
  if (form.agent === 'own' && form.program.trim() === '') problems['body.program'] = 'Name the program of this agent.'
  return {
    kind: 'agent',
    agent: form.agent,
    program: form.program.trim(),
    // An argument may hold blanks, and be empty between others.
    args: form.args === '' ? [] : form.args.split('\n'),
    model: form.model.trim(),
    env: { ...env },
    files: form.files,
    commands: lines(form.commands),
    network: form.network,
  }
}
