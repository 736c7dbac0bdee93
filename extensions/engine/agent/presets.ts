/**
 * How each agent CLI is driven: the ways in the order in which they are tried, of which the first whose program is here is taken. A way that
 * speaks the Agent Client Protocol comes first; print modes ask for nothing while they work, so they are told beforehand what they may do.
 */
import type { AgentBody } from '#contract'

export type Speech = 'acp' | 'claude-print' | 'codex-print'

export interface Way {
  readonly program: string
  readonly speech: Speech
  args(body: AgentBody): readonly string[]
  /** Variables that switch off what calls home; the document's own come after. */
  readonly env?: Readonly<Record<string, string>>
  /** Whether the model can be chosen this way. */
  readonly model: boolean
  /** It reads by itself: it cannot tell "not found" from a failure of ours, and would make no new file. Seen with Gemini CLI 0.61. */
  readonly readsItself?: true
}

const named = (flag: string, { model }: AgentBody): readonly string[] => (model === '' ? [] : [flag, model])

const QUIET_CLAUDE = {
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_AUTOUPDATER: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
}

const WAYS: Readonly<Record<Exclude<AgentBody['agent'], 'own'>, readonly Way[]>> = {
  claude: [
    { program: 'claude-agent-acp', speech: 'acp', args: () => [], env: QUIET_CLAUDE, model: false },
    { program: 'claude-code-acp', speech: 'acp', args: () => [], env: QUIET_CLAUDE, model: false },
    {
      program: 'claude',
      speech: 'claude-print',
      // Without a person: what is not allowed beforehand is denied by the CLI itself.
      args: (body) => ['-p', '--output-format', 'stream-json', '--verbose', ...named('--model', body), ...claudeRights(body)],
      env: QUIET_CLAUDE,
      model: true,
    },
  ],
  codex: [
    {
      program: 'codex-acp',
      speech: 'acp',
      args: (body) => (body.model === '' ? [] : ['-c', `model=${JSON.stringify(body.model)}`]),
      model: true,
    },
    {
      program: 'codex',
      speech: 'codex-print',
      args: (body) => [
        'exec',
        '--json',
        '--skip-git-repo-check',
        '--sandbox',
        body.files === 'write' ? 'workspace-write' : 'read-only',
        ...named('--model', body),
        '-',
      ],
      model: true,
    },
  ],
  gemini: [
    {
      program: 'gemini',
      speech: 'acp',
      args: (body) => ['--acp', ...named('--model', body)],
      env: { GEMINI_TELEMETRY_ENABLED: 'false', GEMINI_CLI_NO_RELAUNCH: 'true', NO_BROWSER: 'true' },
      model: true,
      readsItself: true,
    },
  ],
  goose: [{ program: 'goose', speech: 'acp', args: () => ['acp'], env: { GOOSE_TELEMETRY_ENABLED: 'false' }, model: false }],
  opencode: [{ program: 'opencode', speech: 'acp', args: () => ['acp'], env: { OPENCODE_DISABLE_AUTOUPDATE: '1' }, model: false }],
}

function claudeRights({ files, commands, network }: AgentBody): readonly string[] {
  const allowed = [
    ...(files === 'none' ? [] : ['Read', 'Glob', 'Grep']),
    ...(files === 'write' ? ['Edit', 'Write'] : []),
    ...commands.filter((name) => /^[\w.-]+$/.test(name)).map((name) => `Bash(${name}:*)`),
    ...(network ? ['WebFetch', 'WebSearch'] : []),
  ]
  return ['--permission-mode', 'default', ...(allowed.length > 0 ? ['--allowedTools', allowed.join(',')] : [])]
}

/** A program of one's own is asked in the protocol, and gets no arguments but its own. */
export function waysOf(body: AgentBody): readonly Way[] {
  if (body.agent === 'own') return [{ program: body.program, speech: 'acp', args: () => [], model: false }]
  const ways = WAYS[body.agent]
  if (body.program === '') return ways
  // Where a preset's program lies; of several ways, the one whose name it has.
  const name = body.program.replaceAll('\\', '/').split('/').at(-1) ?? ''
  const way = ways.find(({ program }) => name === program || name.startsWith(`${program}.`)) ?? ways[0]
  return way ? [{ ...way, program: body.program }] : []
}
