/** What a node's texts need that the sandbox does not give: modules, network, environment; and what a model is to fill in. */
import type { TypeFacts } from './catalogue.ts'
import type { Findings } from './findings.ts'
import { hasFromAi, textsIn } from './from-ai.ts'
import type { RawNode } from './nodes.ts'

const NEEDS: readonly (readonly [RegExp, string])[] = [
  [/\brequire\s*\(\s*['"`]([^'"`]+)['"`]\s*\)/, 'the module “$1”'],
  [/\b(?:this\.)?helpers\.(?:httpRequest|request)\w*/, 'the network'],
  [/\bfetch\s*\(/, 'the network'],
  [/\bsetTimeout\s*\(/, 'a timer'],
  [/\bprocess\.env\b/, 'the environment'],
]
/** Modules that the sandbox brings. */
const BROUGHT = /^(crypto|luxon|buffer|util|jmespath)$/

export function codeFindings(node: RawNode, facts: TypeFacts, findings: Findings): void {
  const source = ['jsCode', 'functionCode'].map((key) => node.parameters[key]).find((value) => typeof value === 'string')
  if (typeof source === 'string') {
    for (const [pattern, words] of NEEDS) {
      const found = pattern.exec(source)
      if (!found || (found[1] !== undefined && BROUGHT.test(found[1].replace(/^node:/, '')))) continue
      findings.add(
        'code-needs-more',
        node.name,
        `Its code asks for ${words.replace('$1', found[1] ?? '')}, which code in a team does not get. An HTTP node can do that part.`,
      )
    }
  }
  if (facts.class === 'tool' && hasFromAi(node.parameters))
    findings.add('model-filled', node.name, 'The model fills in some of its parameters; they became the tool’s own.')
  for (const text of textsIn(node.parameters)) {
    if (!/\$(env|vars|secrets)\b/.test(text)) continue
    findings.add(
      'environment',
      node.name,
      'It reads $env, $vars or $secrets. Nothing of this machine’s environment is given to a team: put the value in a parameter or into the vault.',
    )
    break
  }
}
