/** What a document may do on this machine, in words: read by a person before they let it in. */
import { AGENT_LABELS, type AgentBody, type CommandBody, type ModelBody, type PersonaDoc } from '#contract'

/** Long lists and texts are cut for the eye, and say so. */
const SHOWN_CHARS = 400

export function powersOf(doc: PersonaDoc): string[] {
  switch (doc.body.kind) {
    case 'command':
      return commandPowers(doc.body)
    case 'agent':
      return agentPowers(doc.body)
    case 'model':
      return modelPowers(doc.body)
  }
}

function commandPowers(body: CommandBody): string[] {
  if (body.program === '') return ['Starts nothing yet: no program is set.']
  const line = [body.program, ...body.args].map((part) => (/^[\w./:=@%+{}-]+$/.test(part) ? part : JSON.stringify(part))).join(' ')
  const powers = [`Starts a program with your rights: ${cut(line)}`]
  powers.push(
    body.cwd === ''
      ? 'Works in its own workspace folder; the program itself can reach everything that you can.'
      : `Works in the folder ${cut(body.cwd)}`,
  )
  const names = Object.keys(body.env)
  if (names.length > 0) powers.push(`Sets these environment variables: ${cut(names.sort().join(', '))}`)
  if (body.stdin === 'input') powers.push('Reads what you give it as input.')
  return powers
}

function agentPowers(body: AgentBody): string[] {
  const program = body.agent === 'own' ? body.program || 'no program yet' : body.program || AGENT_LABELS[body.agent]
  const powers = [
    `Starts an agent with your rights: ${cut([program, ...body.args].join(' '))}`,
    'The agent sends its prompt and your input to its own provider, and can do by itself whatever it does without asking.',
  ]
  if (body.files !== 'none') powers.push(`Is allowed to ${body.files === 'write' ? 'read and change' : 'read'} files, where it asks.`)
  if (body.commands.length > 0) powers.push(`Is allowed to start these programs, where it asks: ${cut(body.commands.join(', '))}`)
  if (body.network) powers.push('Is allowed to use the network, where it asks.')
  const names = Object.keys(body.env)
  if (names.length > 0) powers.push(`Sets these environment variables: ${cut(names.sort().join(', '))}`)
  return powers
}

function modelPowers(body: ModelBody): string[] {
  const { files, http, commands, mcp } = body.tools
  const models = body.models.map(({ provider, model }) => `${provider}/${model}`)
  const powers = [
    models.length === 0
      ? 'Asks no model yet: its model chain is empty.'
      : `Sends its prompt and your input to ${cut(models.join(', then '))}`,
  ]
  if (files === 'read') powers.push('Reads the files in its own workspace folder.')
  if (files === 'write') powers.push('Reads and writes the files in its own workspace folder.')
  if (http.enabled) {
    powers.push(http.hosts.length === 0 ? 'Calls any public address on the network.' : `Calls these hosts: ${cut(http.hosts.join(', '))}`)
    if (http.allowPrivate) powers.push('Calls addresses in your own network and on this machine.')
  }
  if (commands.length > 0) powers.push(`Starts these programs with your rights, when the model asks for it: ${cut(commands.join(', '))}`)
  for (const { server, tools, resources } of mcp) {
    const what = [...tools, ...(resources ? ['its resources'] : [])].join(', ')
    if (what !== '') powers.push(`Uses tools of the MCP server ${server}, as you accepted them: ${cut(what)}`)
  }
  return powers
}

function cut(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD')
  return line.length <= SHOWN_CHARS ? line : `${line.slice(0, SHOWN_CHARS).toWellFormed()} … (${line.length - SHOWN_CHARS} more characters)`
}
