/**
 * LangChain clusters as personas: a root (an agent, a chain, a "message a model" node) with the parts that hand themselves to it.
 * What is an expression stays one: the team's node fills it in for each item before the persona runs.
 */
import type { ImportedPersona, PersonaDocInput, TeamLink } from '#contract'
import { personaDoc } from '#contract'
import { LIMITS } from '#contract/plain'
import { fromAiParameters } from './from-ai.ts'
import type { RawNode } from './nodes.ts'
import { providerOf } from './providers.ts'
import { type Bag, isBag } from './reading.ts'

type Part = { readonly node: RawNode; readonly kind: string }

/** Parts of a root, nearest first, and the parts of those parts (a model of a tool's own, an embedding of a store). */
export function clusterOf(root: RawNode, links: readonly TeamLink[], byId: ReadonlyMap<string, RawNode>): readonly Part[] {
  const parts: Part[] = []
  const seen = new Set([root.id])
  // Breadth first: a part that also serves another part belongs to the root by its own wire.
  let level: readonly { readonly id: string; readonly inherited: string | undefined }[] = [{ id: root.id, inherited: undefined }]
  while (level.length > 0) {
    const next: { readonly id: string; readonly inherited: string | undefined }[] = []
    for (const { id, inherited } of level) {
      for (const link of links) {
        const node = link.to.node === id && link.kind !== 'main' && !seen.has(link.from.node) ? byId.get(link.from.node) : undefined
        if (!node) continue
        seen.add(node.id)
        parts.push({ node, kind: inherited ?? link.kind })
        next.push({ id: node.id, inherited: inherited ?? `inner:${link.kind}` })
      }
    }
    level = next
  }
  return parts
}

export function personaOf(root: RawNode, parts: readonly Part[]): ImportedPersona {
  const own = ownModel(root)
  const direct = (kind: string) => parts.filter((part) => part.kind === kind).map(({ node }) => node)
  const models = [
    ...own,
    ...direct('ai_languageModel').map((node) => ({ node: node.name, type: node.type ?? '', model: modelName(node.parameters) })),
  ]
  const systemMessage = systemMessageOf(root.parameters)
  const prompt = promptOf(root)
  const named = (nodes: readonly RawNode[]) => nodes.map((node) => ({ node: node.name, type: node.type ?? '' }))
  return {
    node: root.name,
    doc: documentOf(root, systemMessage, models, direct('ai_outputParser')),
    prompt: prompt.text,
    promptFrom: prompt.from,
    systemMessage,
    models,
    tools: direct('ai_tool').map((node) => ({ node: node.name, type: node.type ?? '', parameters: fromAiParameters(node.parameters) })),
    memory: named(direct('ai_memory')),
    outputParsers: named(direct('ai_outputParser')),
    knowledge: named([...direct('ai_vectorStore'), ...direct('ai_retriever'), ...direct('ai_document')]),
  }
}

/** "Message a model" nodes name their model themselves. */
function ownModel(root: RawNode): ImportedPersona['models'] {
  const short = (root.type ?? '').split('.').at(-1)
  if (!['openAi', 'anthropic', 'googleGemini', 'ollama'].includes(short ?? '')) return []
  const model = modelName(root.parameters)
  return [{ node: root.name, type: root.type ?? '', model }]
}

/** `modelId`, `model`, `modelName`: text, or a resource locator. Empty: the node's own default. */
export function modelName(parameters: Bag): string {
  for (const key of ['modelId', 'model', 'modelName']) {
    const value = parameters[key]
    const text = isBag(value) ? value.value : value
    if (typeof text === 'string' && text !== '') return text
  }
  return ''
}

const textAt = (bag: unknown, key: string): string => {
  const value = isBag(bag) ? bag[key] : undefined
  return typeof value === 'string' ? value : ''
}

/** Where each version of each root keeps it. */
export function systemMessageOf(parameters: Bag): string {
  const options = parameters.options
  for (const found of [
    textAt(options, 'systemMessage'),
    textAt(options, 'systemPromptTemplate'),
    textAt(parameters, 'systemMessage'),
    textAt(options, 'system'),
  ]) {
    if (found !== '') return found
  }
  return messagesOf(parameters).find(({ role }) => role === 'system')?.text ?? ''
}

function messagesOf(parameters: Bag): readonly { readonly role: string; readonly text: string }[] {
  const held = [parameters.messages, parameters.responses].flatMap((value) => (isBag(value) ? [value.values, value.messageValues] : []))
  return held.flatMap((list) =>
    (Array.isArray(list) ? list : []).flatMap((one) => {
      if (!isBag(one)) return []
      const text = textAt(one, 'content') || textAt(one, 'message')
      const role =
        /system/i.test(textAt(one, 'role') || textAt(one, 'type')) || (textAt(one, 'message') !== '' && one.type === undefined)
          ? 'system'
          : textAt(one, 'role') || 'user'
      return text === '' ? [] : [{ role: role.toLowerCase(), text }]
    }),
  )
}

function promptOf(root: RawNode): { readonly text: string; readonly from: 'node' | 'chat' } {
  const { parameters } = root
  const text = textAt(parameters, 'text') || textAt(parameters, 'prompt') || textAt(parameters, 'inputText')
  const said = messagesOf(parameters)
    .filter(({ role }) => role !== 'system')
    .map((one) => one.text)
    .join('\n\n')
  if (parameters.promptType === 'define' || text !== '' || said !== '') return { text: text || said, from: 'node' }
  return { text: '={{ $json.chatInput }}', from: 'chat' }
}

function documentOf(
  root: RawNode,
  systemMessage: string,
  models: ImportedPersona['models'],
  parsers: readonly RawNode[],
): ImportedPersona['doc'] {
  const sections: NonNullable<PersonaDocInput['sections']> = []
  if (systemMessage !== '')
    sections.push({ id: 'instructions', kind: 'instructions', text: plain(systemMessage).slice(0, LIMITS.sectionChars) })
  const schema = parsers
    .map(
      ({ parameters }) => textAt(parameters, 'inputSchema') || textAt(parameters, 'jsonSchemaExample') || textAt(parameters, 'jsonSchema'),
    )
    .find(Boolean)
  if (schema) {
    sections.push({
      id: 'output',
      kind: 'own',
      title: 'Output',
      text: `Answer with JSON only, in this form:\n\n${plain(schema)}`.slice(0, LIMITS.sectionChars),
    })
  }
  const chain = models.flatMap(({ type, model }) => {
    const provider = providerOf(type)
    return provider && model !== '' && !model.startsWith('=') ? [{ provider, model: model.replace(/^models\//, '').slice(0, 200) }] : []
  })
  return personaDoc.parse({
    name: root.name.trim().slice(0, LIMITS.nameChars) || 'Imported persona',
    summary: 'Imported from an n8n workflow.',
    icon: 'bot',
    group: '',
    sections,
    body: { kind: 'model', models: chain.slice(0, LIMITS.modelChain) },
  })
}

/** An expression is a text with a sign before it; the persona's section holds the text, and its node fills in the rest. */
const plain = (text: string): string => (text.startsWith('=') ? text.slice(1) : text)
