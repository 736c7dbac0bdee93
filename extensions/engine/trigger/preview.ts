/** A schedule that is being written: in words, its next due times, and what is wrong with it. */
import type { SchedulePreview, ScheduleReading, ScheduleRule } from '#contract'
import { messageOf } from '#core'
import type { TriggerPorts } from './ports.ts'

type Ports = Pick<TriggerPorts, 'schedule' | 'machineZone' | 'clock'>

export async function previewOf(
  { schedule, machineZone, clock }: Ports,
  rule: ScheduleRule,
  asked: string,
  count: number,
): Promise<SchedulePreview> {
  const zone = asked === '' ? machineZone() : asked
  try {
    if (rule.how === 'rrule') await schedule.loadRrule()
    schedule.checkRule(rule, zone)
    const { describeRule } = await schedule.loadWords()
    const next = schedule
      .nextDues(rule, zone, clock.now(), count)
      .map(({ at, mark }) => ({ at, mark, wall: schedule.wallText(zone, at), offset: schedule.offsetText(zone, at) }))
    const problems = next.length > 0 ? [] : [rule.how === 'once' ? 'That time has passed.' : 'This schedule never comes.']
    return { described: describeRule(rule, zone), next, zone, problems }
  } catch (thrown) {
    return { described: '', next: [], zone, problems: [messageOf(thrown)] }
  }
}

export async function readingOf(ports: Ports, text: string, asked: string): Promise<ScheduleReading> {
  const zone = asked === '' ? ports.machineZone() : asked
  if (!ports.schedule.isZone(zone))
    return { rule: null, zone, problem: `"${zone}" is no time zone that this machine knows.`, preview: null }
  const { readWords } = await ports.schedule.loadWords()
  const found = readWords(text, zone, ports.clock.now())
  if ('problem' in found) return { rule: null, zone, problem: found.problem, preview: null }
  const preview = await previewOf(ports, found.rule, zone, 10)
  return { rule: preview.described === '' ? null : found.rule, zone, problem: preview.problems[0] ?? '', preview }
}
