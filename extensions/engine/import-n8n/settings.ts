/** The workflow's settings: what means something here, and what does not, each said. */
import type { TeamDraft } from '#contract'
import type { Findings } from './findings.ts'
import { type Bag, isBag, wordIn } from './reading.ts'

/** They steer n8n's server, or say nothing that a run would notice. */
const MEANINGLESS: ReadonlySet<string> = new Set([
  'saveManualExecutions',
  'saveDataErrorExecution',
  'saveDataSuccessExecution',
  'saveExecutionProgress',
  'callerPolicy',
  'callerIds',
  'timeSavedPerExecution',
  'timeSavedMode',
  'binaryMode',
  'availableInMCP',
])

export function settingsOf(
  raw: Bag,
  findings: Findings,
): { readonly settings: NonNullable<TeamDraft['settings']>; readonly timeZone: string | null } {
  const given = isBag(raw.settings) ? raw.settings : {}
  const order = given.executionOrder
  if (order !== 'v0' && order !== 'v1') {
    findings.add(
      'order-assumed',
      null,
      'It does not say in which order its nodes run; the order of today’s n8n is taken (depth first, by place on the canvas).',
    )
  }
  const timeZone = zoneOf(given.timezone, findings)
  if (typeof given.errorWorkflow === 'string' && given.errorWorkflow !== '' && given.errorWorkflow !== 'DEFAULT') {
    findings.add(
      'setting',
      null,
      'It names another workflow for its errors, which is not in this file. Import that one, and choose it in the team’s settings.',
    )
  }
  if (given.executionTimeout !== undefined && given.executionTimeout !== -1) {
    findings.add('setting', null, `It gave a run ${wordIn(given.executionTimeout)} seconds; set a time limit for the team.`)
  }
  for (const key of Object.keys(given)) {
    if (MEANINGLESS.has(key) || ['executionOrder', 'timezone', 'errorWorkflow', 'executionTimeout'].includes(key)) continue
    findings.add('setting', null, `Its setting “${key.slice(0, 80)}” means nothing here; it is kept for the way back.`)
  }
  return { settings: { executionOrder: order === 'v0' ? 'v0' : 'v1', timeZone, errorTeam: null, rest: given }, timeZone }
}

function zoneOf(value: unknown, findings: Findings): string | null {
  if (typeof value !== 'string' || value === '' || value === 'DEFAULT') return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone && value.slice(0, 60)
  } catch {
    findings.add('setting', null, `“${value.slice(0, 60)}” is no time zone that this machine knows; its own is taken.`)
    return null
  }
}
