/** What a persona from scratch begins with: the contract's defaults, and the two sections that every prompt needs. */
import type { PersonaDoc, PromptSection } from '#contract'
import { LIMITS } from '#contract/plain'

export function newSection(kind: PromptSection['kind']): PromptSection {
  return { id: crypto.randomUUID().slice(0, 8), kind, title: '', text: '', enabled: true }
}

export function blankDoc(kind: 'model' | 'command'): PersonaDoc {
  return {
    name: '',
    summary: '',
    icon: kind === 'model' ? 'bot' : 'terminal',
    colour: 'slate',
    group: '',
    tags: [],
    inputHint: '',
    sections: kind === 'model' ? [newSection('identity'), newSection('instructions')] : [],
    parameters: [],
    body:
      kind === 'model'
        ? {
            kind,
            models: [],
            tools: { files: 'none', http: { enabled: false, allowPrivate: false, hosts: [] }, commands: [], mcp: [] },
            temperature: null,
            maxOutputTokens: null,
            reasoning: null,
          }
        : { kind, program: '', args: [], cwd: '', env: {}, stdin: 'input', okExitCodes: [0], repeatable: false },
    limits: {
      timeoutMs: LIMITS.runTimeoutMs.default,
      turns: LIMITS.runTurns.default,
      outputBytes: LIMITS.runOutputBytes.default,
      lineBytes: LIMITS.runLineBytes.default,
      concurrency: LIMITS.runConcurrency.default,
    },
  }
}
