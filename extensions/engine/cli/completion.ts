/** Completion: a small script for each shell, which asks this program what could come next. Never starts an engine. */
import type { Command } from 'commander'
import { EXIT } from '#contract/plain'
import type { Engine } from './link/connect.ts'
import type { Session } from './session.ts'

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# Completion of troupe for bash.
_troupe() {
  local IFS=$'\\n'
  COMPREPLY=($(troupe __complete bash "$COMP_CWORD" -- "\${COMP_WORDS[@]}" 2>/dev/null))
}
complete -o default -F _troupe troupe
`,
  zsh: `#compdef troupe
# Completion of troupe for zsh.
_troupe() {
  local -a found
  found=("\${(@f)$(troupe __complete zsh "$((CURRENT - 1))" -- "\${words[@]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then _describe troupe found; else _files; fi
}
if [[ "\${funcstack[1]}" == _troupe ]]; then _troupe "$@"; else compdef _troupe troupe; fi
`,
  fish: `# Completion of troupe for fish.
function __troupe_complete
  set -l words (commandline -opc)
  troupe __complete fish (count $words) -- $words (commandline -ct) 2>/dev/null
end
complete -c troupe -f -a '(__troupe_complete)'
`,
}

export async function printScript(session: Session, shell: string): Promise<number> {
  await session.io.out(SCRIPTS[shell] ?? '')
  return EXIT.ok
}

interface Candidate {
  readonly value: string
  readonly help: string
}

/** `words[index]` is completed. Whatever goes wrong, nothing is offered: a completion never disturbs the line that is typed. */
export async function complete(
  session: Session,
  program: Command,
  shell: string,
  index: number,
  words: readonly string[],
): Promise<number> {
  try {
    const current = words[index] ?? ''
    const found = await candidates(session, program, words.slice(1, index), current)
    const fitting = found.filter(({ value }) => value.startsWith(current))
    await session.io.out(fitting.map((candidate) => `${lineFor(shell, candidate)}\n`).join(''))
  } catch {
    // Nothing is offered.
  }
  return EXIT.ok
}

function lineFor(shell: string, { value, help }: Candidate): string {
  if (shell === 'zsh') return `${value.replaceAll(':', '\\:')}:${help}`
  return shell === 'fish' ? `${value}\t${help}` : value
}

async function candidates(session: Session, program: Command, before: readonly string[], current: string): Promise<readonly Candidate[]> {
  const { command, given, option } = walkTo(program, before)
  if (option !== undefined) return option === '--persona' ? names(session, personas) : choicesOf(command, option)
  if (current.startsWith('-')) return optionsOf(command)
  if (command.commands.length > 0) return commandsOf(command)
  const argument = command.registeredArguments[Math.min(given, command.registeredArguments.length - 1)]
  if (argument === undefined || (given >= command.registeredArguments.length && !argument.variadic)) return []
  if (argument.argChoices) return argument.argChoices.map((value) => ({ value, help: '' }))
  const sources: Readonly<Record<string, (engine: Engine) => Promise<readonly Candidate[]>>> = {
    persona: personas,
    run: runs,
    template: templates,
    credential: credentials,
    server: mcpServers,
  }
  const source = sources[argument.name()] ?? (command.parent?.name() === 'provider' && argument.name() === 'id' ? providers : undefined)
  return source ? names(session, source) : []
}

/** Follows the words to the command they name; `option` is one whose value is being typed. */
function walkTo(
  program: Command,
  before: readonly string[],
): { readonly command: Command; readonly given: number; readonly option: string | undefined } {
  let command = program
  let given = 0
  let option: string | undefined
  for (const word of before) {
    if (option !== undefined) option = undefined
    else if (word.startsWith('-')) option = takesValue(command, word) ? word : undefined
    else {
      const next = command.commands.find((one) => one.name() === word)
      if (next) command = next
      else given += 1
    }
  }
  return { command, given, option }
}

function takesValue(command: Command, flag: string): boolean {
  const known = [...command.options, ...(command.parent?.options ?? []), ...(command.parent?.parent?.options ?? [])]
  const found = known.find((option) => option.short === flag || option.long === flag)
  return found !== undefined && (found.required || found.optional)
}

function choicesOf(command: Command, flag: string): readonly Candidate[] {
  const found = command.options.find((option) => option.short === flag || option.long === flag)
  return (found?.argChoices ?? []).map((value) => ({ value, help: '' }))
}

function optionsOf(command: Command): readonly Candidate[] {
  return command.options
    .filter((option) => !option.hidden)
    .map((option) => ({ value: option.long ?? option.short ?? '', help: option.description }))
}

function commandsOf(command: Command): readonly Candidate[] {
  const visible = command.createHelp().visibleCommands(command)
  return visible.map((one) => ({ value: one.name(), help: one.description() }))
}

async function names(session: Session, source: (engine: Engine) => Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
  const engine = await session.running()
  return engine ? source(engine) : []
}

/** As they are easiest to type; the command line understands both. */
async function personas(engine: Engine): Promise<readonly Candidate[]> {
  const cards = await engine.persona.list({})
  return cards.map((card) => ({
    value: /^[\w -]+$/.test(card.name) ? card.name.toLowerCase().replaceAll(' ', '-') : card.id,
    help: card.summary || card.name,
  }))
}

async function runs(engine: Engine): Promise<readonly Candidate[]> {
  const { rows } = await engine.run.list({ limit: 20 })
  return [{ value: 'last', help: 'the newest run' }, ...rows.map((run) => ({ value: run.id, help: `${run.personaName}, ${run.state}` }))]
}

async function templates(engine: Engine): Promise<readonly Candidate[]> {
  return (await engine.persona.templates()).map((template) => ({ value: template.id, help: template.summary }))
}

async function mcpServers(engine: Engine): Promise<readonly Candidate[]> {
  return (await engine.mcp.list()).map(({ doc }) => ({ value: doc.id, help: doc.label }))
}

async function providers(engine: Engine): Promise<readonly Candidate[]> {
  return (await engine.provider.list()).map((row) => ({ value: row.doc.id, help: row.doc.label }))
}

async function credentials(engine: Engine): Promise<readonly Candidate[]> {
  return (await engine.credential.list()).map((row) => ({ value: row.name, help: row.label || row.connectorName }))
}
