/** What becomes of one node: the kind that stands for it in the team, its outcome, and the sentence that says why. */
import type { ImportOutcome, NodeKind } from '#contract'
import { START_NODES, startKindOf, type TypeFacts } from './catalogue.ts'
import { connectorOf } from './credentials.ts'
import type { RawNode } from './nodes.ts'
import { isBag, wordIn } from './reading.ts'

export interface Becomes {
  readonly kind: NodeKind
  readonly outcome: ImportOutcome
  /** Empty when it runs the same. */
  readonly words: string
}

/** Which of the team's own kinds runs a type, as the team room says it; undefined: none does. */
export type KindOfType = (type: string) => NodeKind | undefined

/** From the table of the team room. The package's name may be missing, as in hand-written files. */
export function kindsByType(kinds: Readonly<Record<string, NodeKind>>): KindOfType {
  const full = (type: string) => (type.includes('.') ? type : `n8n-nodes-base.${type}`)
  return (type) => (Object.hasOwn(kinds, full(type)) ? kinds[full(type)] : undefined)
}

const placeholder = (words: string): Becomes => ({ kind: 'placeholder', outcome: 'placeholder', words })
/** These answer in words, as a persona does; the other roots (images, audio, stores) do something else. */
const SPEAKING: ReadonlySet<string> = new Set([
  'agent',
  'chainLlm',
  'openAi',
  'anthropic',
  'googleGemini',
  'ollama',
  'chainSummarization',
  'chainRetrievalQa',
  'informationExtractor',
  'textClassifier',
  'sentimentAnalysis',
])

export function becomes(node: RawNode, facts: TypeFacts, folded: boolean, kindOf: KindOfType): Becomes {
  switch (facts.class) {
    case 'note':
      return { kind: 'note', outcome: 'note', words: '' }
    case 'invalid':
      return placeholder('It does not say what it is.')
    case 'start':
      return startBecomes(facts)
    case 'persona':
      return personaBecomes(node, facts)
    case 'part':
      if (facts.short === 'agentTool' && folded)
        return { kind: 'placeholder', outcome: 'persona', words: 'It becomes a persona that another one may ask.' }
      return folded ? { kind: 'placeholder', outcome: 'part', words: '' } : ordinary(node, facts, kindOf)
    case 'tool':
      return folded ? { kind: 'placeholder', outcome: 'part', words: '' } : ordinary(node, facts, kindOf)
    case 'loose-part':
      return placeholder('It is part of a persona, and connected to none.')
    case 'unknown':
      return placeholder(`n8n has no node of the type “${facts.short}”: a slip, or made up by a model. Put an HTTP node in its place.`)
    case 'community':
      return placeholder(`“${node.type}” comes from a community package. Put an HTTP node in its place, with the service’s own address.`)
    default:
      return ordinary(node, facts, kindOf)
  }
}

function startBecomes(facts: TypeFacts): Becomes {
  const start = startKindOf(facts.short)
  const kind = START_NODES[start]
  if (kind !== null) {
    return start === 'manual' ? { kind, outcome: 'same', words: '' } : { kind, outcome: 'differs', words: 'It sleeps until you wake it.' }
  }
  if (start === 'app')
    return placeholder(
      `It waits for ${facts.short.replace(/Trigger$/, '')}. Troupe does not listen there yet: use a webhook or a schedule.`,
    )
  return placeholder(`Troupe has no ${start} start yet.`)
}

function personaBecomes(node: RawNode, facts: TypeFacts): Becomes {
  const resource = node.parameters.resource
  const speaks = resource === undefined || ['text', 'chat', 'assistant', 'message'].includes(wordIn(resource))
  if (!SPEAKING.has(facts.short) || (!speaks && facts.short !== 'agent')) {
    const does = facts.short.startsWith('vectorStore') ? 'keeps documents for search' : `does “${wordIn(resource) || facts.short}”`
    return placeholder(`It ${does}, which no persona does yet.`)
  }
  return { kind: 'persona', outcome: 'persona', words: '' }
}

function ordinary(node: RawNode, facts: TypeFacts, kindOf: KindOfType): Becomes {
  const kind = kindOf(facts.baseType)
  if (facts.short === 'executeWorkflow')
    return {
      kind: 'subTeam',
      outcome: 'placeholder',
      words: 'It calls another workflow, which is not in this file. Import that one, and choose it here.',
    }
  if (facts.short === 'code' && isPython(node)) return placeholder('Its code is Python, which Troupe does not run. Write it in JavaScript.')
  if (isEmptyCode(node, facts)) {
    return kind
      ? { kind, outcome: 'placeholder', words: 'The template ships without its code. Write it before you run the team.' }
      : placeholder('It has no code.')
  }
  if (kind === undefined || kind === 'placeholder') return placeholder(missingWords(node, facts))
  const wants = Object.keys(isBag(node.raw.credentials) ? node.raw.credentials : {})
  if (facts.class === 'net' && wants.length > 0)
    return { kind, outcome: 'credential', words: `It needs a credential: ${wants.join(', ')}.` }
  return { kind, outcome: 'same', words: '' }
}

function missingWords(node: RawNode, facts: TypeFacts): string {
  const { resource, operation } = node.parameters
  const does = [resource, operation].filter((one) => typeof one === 'string' && one !== '').join(', ')
  const types = Object.keys(isBag(node.raw.credentials) ? node.raw.credentials : {})
  const connector = types.map(connectorOf).find((one) => one !== null)
  const how = connector
    ? ` An HTTP node with the credential “${connector}” can stand in its place.`
    : ' An HTTP node can stand in its place.'
  return facts.class === 'connector'
    ? `Troupe has no own node for ${facts.short}${does ? ` (${does})` : ''} yet; everything it had is kept.${how}`
    : `Troupe does not run “${facts.short}” yet; everything it had is kept.`
}

export const isPython = ({ parameters }: RawNode): boolean =>
  typeof parameters.language === 'string'
    ? /^python/i.test(parameters.language)
    : typeof parameters.pythonCode === 'string' && parameters.jsCode === undefined

const CODE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  code: ['jsCode', 'pythonCode'],
  function: ['functionCode'],
  functionItem: ['functionCode'],
}

export function isEmptyCode({ parameters }: RawNode, { short, class: group }: TypeFacts): boolean {
  const fields = group === 'core' || group === 'tool' ? CODE_FIELDS[short] : undefined
  const isEmpty = (field: string) => typeof parameters[field] !== 'string' || (parameters[field] as string).trim() === ''
  return fields?.every(isEmpty) ?? false
}
