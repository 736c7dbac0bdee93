/** Our word for each n8n node type that Troupe runs by itself. Everything else is a persona's part or a placeholder. */
import type { NodeKind } from '#contract'

const BASE: Readonly<Record<string, NodeKind>> = {
  manualTrigger: 'manualStart',
  start: 'manualStart',
  scheduleTrigger: 'scheduleStart',
  cron: 'scheduleStart',
  interval: 'scheduleStart',
  webhook: 'webhookStart',
  formTrigger: 'formStart',
  executeWorkflowTrigger: 'subTeamStart',
  errorTrigger: 'errorStart',
  code: 'code',
  set: 'set',
  if: 'if',
  merge: 'merge',
  wait: 'wait',
  splitInBatches: 'loop',
  splitOut: 'splitOut',
  switch: 'switch',
  respondToWebhook: 'respond',
  aggregate: 'aggregate',
  filter: 'filter',
  noOp: 'noOp',
  sort: 'sort',
  limit: 'limit',
  summarize: 'summarize',
  removeDuplicates: 'removeDuplicates',
  compareDatasets: 'compare',
  renameKeys: 'rename',
  itemLists: 'itemLists',
  dateTime: 'dateTime',
  crypto: 'crypto',
  html: 'html',
  htmlExtract: 'htmlExtract',
  xml: 'xml',
  markdown: 'markdown',
  extractFromFile: 'extractFromFile',
  convertToFile: 'convertToFile',
  spreadsheetFile: 'spreadsheet',
  moveBinaryData: 'moveBinary',
  readWriteFile: 'fileReadWrite',
  readBinaryFile: 'fileReadWrite',
  readBinaryFiles: 'fileReadWrite',
  writeBinaryFile: 'fileReadWrite',
  httpRequest: 'http',
  executeWorkflow: 'subTeam',
  stopAndError: 'stopWithError',
  executionData: 'runData',
  function: 'function',
  functionItem: 'functionItem',
  stickyNote: 'note',
}

const CHAT = ['@n8n/n8n-nodes-langchain.chatTrigger', '@n8n/n8n-nodes-langchain.manualChatTrigger'] as const
const PREFIX = 'n8n-nodes-base.'

/** By n8n's whole type. */
export const N8N_KINDS: Readonly<Record<string, NodeKind>> = Object.fromEntries([
  ...Object.entries(BASE).map(([bare, kind]) => [PREFIX + bare, kind] as const),
  ...CHAT.map((type) => [type, 'chatStart'] as const),
])

/** Undefined: Troupe has no node for it. The package prefix may be missing, as in hand-written files. */
export function kindOfType(type: string): NodeKind | undefined {
  const whole = type.includes('.') ? type : PREFIX + type
  return Object.hasOwn(N8N_KINDS, whole) ? N8N_KINDS[whole] : undefined
}
