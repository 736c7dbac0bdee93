/** What each type of node is: which class it belongs to, and what stands for it in a team. */
import type { NodeKind } from '#contract'
import { APPS } from './apps.ts'

export const NODE_CLASSES = [
  'note', // a sticky note
  'start', // begins a run
  'core', // works on items, here
  'net', // speaks to any server: HTTP, mail, feeds
  'connector', // speaks to one service
  'persona', // a root of a LangChain cluster
  'part', // a model, memory, parser … that hands itself to a root
  'tool', // an ordinary node, used as a tool of a root
  'loose-part', // a part that is connected to nothing
  'community', // from a package that is not n8n's own
  'unknown', // named as n8n's own, and is none
  'invalid', // has no type at all
] as const
export type NodeClass = (typeof NODE_CLASSES)[number]

const BASE = 'n8n-nodes-base.'
const CHAIN = '@n8n/n8n-nodes-langchain.'

/** Base nodes that need nothing but this machine, whether Troupe has a kind for them or not. */
const CORE: ReadonlySet<string> = new Set(
  `
aggregate code compareDatasets convertToFile crypto dateTime executeWorkflow extractFromFile filter function functionItem html htmlExtract if itemLists
limit markdown merge moveBinaryData noOp readBinaryFile readBinaryFiles readPDF readWriteFile removeDuplicates renameKeys respondToWebhook set sort
splitInBatches splitOut spreadsheetFile stopAndError summarize switch wait writeBinaryFile xml executionData evaluation form debugHelper dataTable
compression jwt totp simulate timeSaved aiTransform
`
    .trim()
    .split(/\s+/),
)
const NET: ReadonlySet<string> = new Set(['httpRequest', 'graphql', 'rssFeedRead', 'emailSend'])
const STARTS: ReadonlySet<string> = new Set(['webhook', 'cron', 'interval', 'start', 'emailReadImap'])
/** LangChain nodes that stand on a main wire. Everything else of that package is a part. */
const ROOTS: ReadonlySet<string> = new Set(
  `
agent openAi anthropic googleGemini ollama chainLlm chainSummarization chainRetrievalQa informationExtractor textClassifier sentimentAnalysis guardrails
memoryManager openAiAssistant mcpClient code microsoftAgent365
`
    .trim()
    .split(/\s+/),
)

export interface TypeFacts {
  readonly class: NodeClass
  /** The last part of the type, without `Tool`. */
  readonly short: string
  /** The type without `Tool`, for a node that is used as a tool. */
  readonly baseType: string
}

/** `asPart`: it hands itself to another node over a wire that is not `main`. `fed`: something arrives over a wire that is not `main`. */
export function factsOf(type: string, asPart: boolean, onMain: boolean): TypeFacts {
  if (type.startsWith(CHAIN)) return chainFacts(type, asPart, onMain)
  const short = type.slice(type.lastIndexOf('.') + 1)
  if (!type.startsWith(BASE) && /.Trigger$/.test(short)) return { class: 'start', short, baseType: type }
  if (!type.startsWith(BASE)) return { class: asPart || isToolName(short) ? 'tool' : 'community', short, baseType: type }
  if (short === 'stickyNote') return { class: 'note', short, baseType: type }
  if (isToolName(short) && isKnown(short.slice(0, -4))) {
    return { class: 'tool', short: short.slice(0, -4), baseType: BASE + short.slice(0, -4) }
  }
  if (asPart && !onMain) return { class: 'tool', short, baseType: type }
  if (isStart(short)) return { class: 'start', short, baseType: type }
  if (NET.has(short)) return { class: 'net', short, baseType: type }
  if (CORE.has(short)) return { class: 'core', short, baseType: type }
  return { class: APPS.has(short) ? 'connector' : 'unknown', short, baseType: type }
}

function chainFacts(type: string, asPart: boolean, onMain: boolean): TypeFacts {
  const short = type.slice(CHAIN.length)
  const base = { short, baseType: type }
  if (/Trigger$/.test(short)) return { ...base, class: 'start' }
  if (asPart) return { ...base, class: 'part' }
  if (ROOTS.has(short) || (/^vectorStore/.test(short) && onMain)) return { ...base, class: 'persona' }
  return { ...base, class: onMain ? 'persona' : 'loose-part' }
}

function isStart(short: string): boolean {
  if (STARTS.has(short)) return true
  const app = short.replace(/Trigger$/, '')
  return app !== short && (OWN_TRIGGERS.has(app) || APPS.has(app))
}

const OWN_TRIGGERS: ReadonlySet<string> = new Set([
  'manual',
  'schedule',
  'form',
  'executeWorkflow',
  'error',
  'chat',
  'localFile',
  'rssFeedRead',
  'sse',
  'workflow',
  'n8n',
  'evaluation',
  'mcp',
  'emailReadImap',
])

const isToolName = (short: string): boolean => /.Tool$/.test(short)
const isKnown = (short: string): boolean => APPS.has(short) || CORE.has(short) || NET.has(short)

/** The words of a start: what begins a run. */
export type StartKind = 'manual' | 'schedule' | 'webhook' | 'form' | 'chat' | 'sub-team' | 'error' | 'mcp' | 'evaluation' | 'app'

const START_KINDS: Readonly<Record<string, StartKind>> = {
  manualTrigger: 'manual',
  start: 'manual',
  manualChatTrigger: 'manual',
  scheduleTrigger: 'schedule',
  cron: 'schedule',
  interval: 'schedule',
  webhook: 'webhook',
  formTrigger: 'form',
  chatTrigger: 'chat',
  executeWorkflowTrigger: 'sub-team',
  errorTrigger: 'error',
  mcpTrigger: 'mcp',
  evaluationTrigger: 'evaluation',
}
export const startKindOf = (short: string): StartKind => START_KINDS[short] ?? 'app'

/** Which of our kinds stands for a start; null: a placeholder does. */
export const START_NODES: Readonly<Record<StartKind, NodeKind | null>> = {
  manual: 'manualStart',
  schedule: 'scheduleStart',
  webhook: 'webhookStart',
  form: 'formStart',
  chat: 'chatStart',
  'sub-team': 'subTeamStart',
  error: 'errorStart',
  mcp: null,
  evaluation: null,
  app: null,
}
