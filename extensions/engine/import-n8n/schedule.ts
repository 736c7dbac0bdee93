/**
 * n8n's schedules as cron expressions. scheduleTrigger: a list of intervals, each a cron expression by its field; cron: trigger times
 * with a mode. Where n8n picks a second or a minute by chance for each node, one is picked here that is stable for the node.
 * What no cron expression can say (every 45 minutes, every 3 weeks) is said in words and stands as the nearest that runs more often,
 * with the rest of the rule in the start's parameters, which the engine keeps.
 */
import { type Bag, isBag, numberIn, wordIn } from './reading.ts'

export interface CronWords {
  readonly cron: readonly string[]
  readonly words: string
}

const number = (value: unknown, otherwise: number): number => {
  const n = numberIn(value)
  return value !== undefined && value !== '' && Number.isFinite(n) ? Math.trunc(n) : otherwise
}
const two = (n: number): string => String(n).padStart(2, '0')
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

export function cronOf(short: string, parameters: Bag, seed: string): CronWords {
  if (short === 'interval') return everyUnit(number(parameters.interval, 1), wordIn(parameters.unit) || 'seconds')
  const rules = short === 'cron' ? cronRules(parameters) : scheduleRules(parameters)
  const parts = rules.map((rule) => (short === 'cron' ? cronRule(rule) : scheduleRule(rule, seed)))
  return { cron: parts.flatMap(({ cron }) => cron), words: parts.map(({ words }) => words).join(' ') }
}

function scheduleRules(parameters: Bag): readonly Bag[] {
  const list = isBag(parameters.rule) ? parameters.rule.interval : undefined
  const rules = (Array.isArray(list) ? list : []).filter(isBag)
  // The node's default: one rule, every day.
  return rules.length > 0 ? rules : [{}]
}

function scheduleRule(rule: Bag, seed: string): CronWords {
  const field = wordIn(rule.field) || 'days'
  const minute = number(rule.triggerAtMinute, 0)
  const hour = number(rule.triggerAtHour, 0)
  switch (field) {
    case 'cronExpression': {
      const cron = wordIn(rule.expression).replace(/^=/, '').trim()
      return {
        cron: cron === '' ? [] : [cron],
        words: cron === '' ? 'On a cron expression that is empty.' : `On the cron expression ${cron}.`,
      }
    }
    case 'seconds':
      return everyUnit(number(rule.secondsInterval, 30), 'seconds')
    case 'minutes':
      return everyUnit(number(rule.minutesInterval, 5), 'minutes', stable(seed, 60))
    case 'hours': {
      const every = number(rule.hoursInterval, 1)
      return {
        cron: [`${minute} ${every > 1 ? `*/${every}` : '*'} * * *`],
        words: `Every ${every > 1 ? `${every} hours` : 'hour'}, at minute ${minute}.${24 % every === 0 ? '' : ' The count begins anew at midnight.'}`,
      }
    }
    case 'weeks': {
      const days = (Array.isArray(rule.triggerAtDay) ? rule.triggerAtDay : [0]).map((day) => number(day, 0))
      const every = number(rule.weeksInterval, 1)
      const names = days.map((day) => DAYS[day % 7]).join(', ')
      return {
        cron: [`${minute} ${hour} * * ${days.length > 0 ? days.join(',') : '*'}`],
        words: `On ${names || 'every day'} at ${two(hour)}:${two(minute)}${every > 1 ? `, every ${every} weeks` : ''}.`,
      }
    }
    case 'months': {
      const every = number(rule.monthsInterval, 1)
      const day = number(rule.triggerAtDayOfMonth, 1)
      return {
        cron: [`${minute} ${hour} ${day} ${every > 1 ? `*/${every}` : '*'} *`],
        words: `On day ${day} of every ${every > 1 ? `${every} months` : 'month'} at ${two(hour)}:${two(minute)}.`,
      }
    }
    default: {
      const every = number(rule.daysInterval, 1)
      return {
        cron: [`${minute} ${hour} ${every > 1 ? `*/${every}` : '*'} * *`],
        words: `Every ${every > 1 ? `${every} days` : 'day'} at ${two(hour)}:${two(minute)}.`,
      }
    }
  }
}

function cronRules(parameters: Bag): readonly Bag[] {
  const list = isBag(parameters.triggerTimes) ? parameters.triggerTimes.item : undefined
  const rules = (Array.isArray(list) ? list : []).filter(isBag)
  return rules.length > 0 ? rules : [{}]
}

function cronRule(rule: Bag): CronWords {
  const [hour, minute] = [number(rule.hour, 14), number(rule.minute, 0)]
  const at = `at ${two(hour)}:${two(minute)}`
  switch (wordIn(rule.mode) || 'everyDay') {
    case 'custom': {
      const cron = (wordIn(rule.cronExpression) || '* * * * * *').replace(/^=/, '').trim()
      return { cron: [cron], words: `On the cron expression ${cron}.` }
    }
    case 'everyMinute':
      return { cron: ['* * * * *'], words: 'Every minute.' }
    case 'everyHour':
      return { cron: [`${minute} * * * *`], words: `Every hour, at minute ${minute}.` }
    case 'everyX':
      return everyUnit(number(rule.value, 2), wordIn(rule.unit) || 'hours')
    case 'everyWeek': {
      const day = number(rule.weekday, 1)
      return { cron: [`${minute} ${hour} * * ${day}`], words: `Every ${DAYS[day % 7]} ${at}.` }
    }
    case 'everyMonth': {
      const day = number(rule.dayOfMonth, 1)
      return { cron: [`${minute} ${hour} ${day} * *`], words: `On day ${day} of every month ${at}.` }
    }
    default:
      return { cron: [`${minute} ${hour} * * *`], words: `Every day ${at}.` }
  }
}

function everyUnit(given: number, unit: string, second = 0): CronWords {
  const every = Math.max(1, given)
  const one = unit.replace(/s$/, '')
  const words = `Every ${every > 1 ? `${every} ${one}s` : one}.`
  if (one === 'second') return { cron: [`${every > 1 ? `*/${every}` : '*'} * * * * *`], words: words + uneven(60, every, 'minute') }
  if (one === 'minute') {
    const body = `${every > 1 ? `*/${every}` : '*'} * * * *`
    return { cron: [second > 0 ? `${second} ${body}` : body], words: words + uneven(60, every, 'hour') }
  }
  return { cron: [`0 ${every > 1 ? `*/${every}` : '*'} * * *`], words: words + uneven(24, every, 'day') }
}

const uneven = (whole: number, every: number, what: string): string =>
  whole % every === 0 ? '' : ` The count begins anew with each ${what}.`

/** The same number for the same text, in [0, below). */
function stable(text: string, below: number): number {
  let hash = 0
  for (const sign of text) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) >>> 0
  return hash % below
}
