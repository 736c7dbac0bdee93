/** What a persona from scratch begins with: the contract's defaults, and the two sections that every prompt needs. */
import type { PersonaDoc, PromptSection } from '#contract'
import { type BodyKind, LIMITS } from '#contract/plain'

export function newSection(kind: PromptSection['kind']): PromptSection {
  return { id: crypto.randomUUID().slice(0, 8), kind, title: '', text: '', enabled: true }
}

export function blankDoc(kind: BodyKind): PersonaDoc {
  return {
    name: '',
    summary: '',
    icon: kind === 'command' ? 'terminal' : 'bot',
    colour: 'slate',
    group: '',
    tags: [],
    inputHint: '',
    sections: kind === 'command' ? [] : [newSection('identity'), newSection('instructions')],
    parameters: [],
    body: blankBody(kind),
    limits: {
      timeoutMs: LIMITS.runTimeoutMs.default,
      turns: LIMITS.runTurns.default,
      outputBytes: LIMITS.runOutputBytes.default,
      lineBytes: LIMITS.runLineBytes.default,
      concurrency: LIMITS.runConcurrency.default,
    },
  }
}

function blankBody(kind: BodyKind): PersonaDoc['body'] {
  switch (kind) {
    case 'model': {
      const tools = { files: 'none' as const, http: { enabled: false, allowPrivate: false, hosts: [] }, commands: [], ask: false, mcp: [] }
      return { kind, models: [], tools, temperature: null, maxOutputTokens: null, reasoning: null }
    }
    case 'command':
      return { kind, program: '', args: [], cwd: '', env: {}, stdin: 'input', okExitCodes: [0], repeatable: false }
    case 'agent':
      return { kind, agent: 'claude', program: '', args: [], model: '', env: {}, files: 'write', commands: [], network: false }
  }
}
