/** Whether a trigger can be stored as it is. [TR1] */
import type { TriggerDoc, TriggerWhen } from '#contract'
import { readRows, TroupeError } from '#core'
import type { ScheduleDoor, TriggerPorts } from './ports.ts'
import { DOC, DOC_COLUMNS } from './rows.ts'

export async function checkTrigger(ports: TriggerPorts, doc: TriggerDoc, id: string): Promise<void> {
  const { schedule, clock } = ports
  if ((await ports.personaName(doc.personaId)) === undefined)
    throw new TroupeError('NOT_FOUND', 'The persona of this trigger is not there.', { facts: { personaId: doc.personaId } })
  const zone = doc.zone === '' ? ports.machineZone() : doc.zone
  if (!schedule.isZone(zone))
    throw new TroupeError('INVALID', `"${doc.zone}" is no time zone that this machine knows.`, {
      hint: 'For example: Europe/Vienna, America/New_York, UTC.',
    })
  if (doc.expiresAt !== null && doc.expiresAt <= clock.now())
    throw new TroupeError('INVALID', 'The end of this trigger has passed already.')
  await checkWhen(ports, doc, id, zone)
}

async function checkWhen(ports: TriggerPorts, { when }: TriggerDoc, id: string, zone: string): Promise<void> {
  switch (when.kind) {
    case 'schedule':
      return checkSchedule(ports.schedule, when, zone, ports.clock.now())
    case 'composite':
      return checkParts(ports, when.of, id)
    case 'poll':
      if (when.detect === 'json-path' && when.path === '')
        throw new TroupeError('INVALID', 'Which value is watched? A path such as data.items[0].id is needed.')
      return
    case 'file':
      if (!/^(?:\/|~\/|[A-Za-z]:[\\/])/.test(when.folder))
        throw new TroupeError('INVALID', `"${when.folder}" is no whole path.`, { hint: 'Begin with / or ~/.' })
      return
    default:
  }
}

async function checkSchedule(
  schedule: ScheduleDoor,
  when: Extract<TriggerWhen, { kind: 'schedule' }>,
  zone: string,
  now: number,
): Promise<void> {
  if (when.rule.how === 'rrule') await schedule.loadRrule()
  schedule.checkRule(when.rule, zone)
  if (schedule.nextDue(when.rule, zone, now) === null && when.rule.how !== 'once')
    throw new TroupeError('INVALID', 'This schedule never comes.', { hint: 'There is no 30 February, for one.' })
}

/** Parts must be there, and none of them may wait for this one. */
async function checkParts({ store }: TriggerPorts, of: readonly string[], id: string): Promise<void> {
  const seen = new Set<string>([id])
  let wanted = [...new Set(of)]
  for (let depth = 0; wanted.length > 0; depth += 1) {
    if (wanted.includes(id) || depth > 20) throw new TroupeError('INVALID', 'This trigger would wait for itself.')
    const sql = `SELECT ${DOC_COLUMNS} FROM trigger_doc WHERE id IN (${wanted.map(() => '?').join(', ')})`
    const rows = await readRows(store, DOC, sql, wanted)
    const gone = wanted.find((one) => !rows.some((row) => row.id === one))
    if (gone !== undefined && depth === 0) throw new TroupeError('INVALID', `There is no trigger ${gone} that this one could wait for.`)
    for (const row of rows) seen.add(row.id)
    wanted = rows.flatMap(({ doc }) => (doc.when.kind === 'composite' ? doc.when.of : [])).filter((one) => one === id || !seen.has(one))
  }
}
