/** A trigger in plain words. */
import type { TriggerDoc } from '#contract'
import type { TriggerPorts } from './ports.ts'

export async function describeTrigger(
  { schedule, machineZone }: Pick<TriggerPorts, 'schedule' | 'machineZone'>,
  doc: TriggerDoc,
  nameOf: (id: string) => string,
): Promise<string> {
  const { when } = doc
  const { describeRule, durationWords } = await schedule.loadWords()
  switch (when.kind) {
    case 'manual':
      return 'When you say so'
    case 'schedule': {
      if (when.rule.how === 'rrule') await schedule.loadRrule()
      const zone = doc.zone === '' ? machineZone() : doc.zone
      return `${describeRule(when.rule, zone)}${when.rule.how === 'interval' ? '' : ` (${doc.zone === '' ? `${zone}, this machine's zone` : zone})`}`
    }
    case 'event':
      return `On ${when.types.join(', ')}${when.filter.length > 0 ? `, if ${when.filter.map(({ path, is, value }) => `${path} ${is}${value === '' ? '' : ` ${value}`}`).join(' and ')}` : ''}`
    case 'webhook':
      return when.signature === 'none' ? 'When its address is called' : `When its address is called with a ${when.signature} signature`
    case 'file':
      return `When a file is ${when.on.join(' or ')} in ${when.folder}${when.globs.length > 0 ? ` (${when.globs.join(', ')})` : ''}`
    case 'poll':
      return `When ${when.detect === 'hash' ? 'the page' : when.path} changes at ${new URL(when.url).host}, looked at every ${durationWords(when.everyMs)}`
    case 'chain':
      return `After ${when.personaId === '' ? 'any persona' : nameOf(when.personaId)} ${when.outcome === 'any' ? 'has ended' : when.outcome === 'failed' ? 'has failed' : 'has succeeded'}${when.outputHas === '' ? '' : `, with "${when.outputHas}" in its result`}`
    case 'composite':
      return `When ${when.mode} of ${when.of.map(nameOf).join(', ')} ${when.mode === 'all' ? `fired within ${durationWords(when.windowMs)}` : 'fires'}`
    case 'clipboard':
      return `When the clipboard changes${when.contains === '' ? '' : `, with "${when.contains}" in it`}`
    case 'focus':
      return `When ${when.app} comes to the front`
  }
}
