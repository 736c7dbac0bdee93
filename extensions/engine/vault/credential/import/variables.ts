/** Environment variables as credentials: those that a connector knows by name, and others that look like secrets. */
import type { ConnectorRow } from '#contract'
import { CONNECTORS } from '../../connector/mod.ts'
import { type Found, type Reading, slugOf } from './found.ts'

const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIALS?|AUTH|WEBHOOK|DSN|COOKIE|PAT)(_|$)/i
const SECRET_URL = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s@]+@/i
/** Of every session: named like secrets, and none. */
const NO_SECRET = /^(PWD|OLDPWD|SSH_AUTH_SOCK|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|GPG_TTY|SSH_ASKPASS|GIT_ASKPASS|SUDO_ASKPASS)$/

export interface VariablesAsked {
  readonly variables: ReadonlyMap<string, string>
  /** A person's file is taken whole, with a doubt on what is probably no secret; an environment only as far as it looks like one. */
  readonly whole: boolean
}

export function fromVariables({ variables, whole }: VariablesAsked): Reading {
  const left = new Map([...variables].filter(([, value]) => value.trim() !== ''))
  const known = CONNECTORS.filter(({ category }) => category !== 'generic').flatMap((connector) => takeKnown(connector, left))
  const secretive = [...left].filter(([name, value]) => looksSecret(name, value))
  const others = [...left].filter(([name, value]) => !looksSecret(name, value))
  return {
    found: [
      ...known,
      ...secretive.map(([name, value]) => bare(name, value, true)),
      ...(whole ? others.map(([name, value]) => bare(name, value, false)) : []),
    ],
    skipped:
      whole || others.length === 0
        ? []
        : [{ from: `${others.length} other variables`, why: 'Neither their names nor their values look like secrets.' }],
  }
}

export function looksSecret(name: string, value: string): boolean {
  return !NO_SECRET.test(name) && (SECRET_NAME.test(name) || SECRET_URL.test(value))
}

/** Takes what it needs out of `left`, when that is enough for the connector. */
function takeKnown(connector: ConnectorRow, left: Map<string, string>): Found[] {
  const taken = new Map<string, string>()
  const names: string[] = []
  for (const { name, value, encode, prefix } of connector.env) {
    const [, field] = /^\{\{([a-z][a-z0-9_]*)\}\}$/.exec(value) ?? []
    const given = left.get(name)
    if (field === undefined || encode !== 'none' || prefix !== '' || given === undefined) continue
    // Two names of one field with different values: only the first is this credential's.
    if (taken.has(field) && taken.get(field) !== given.trim()) continue
    taken.set(field, given.trim())
    names.push(name)
  }
  const secret = connector.fields.some((field) => field.secret && taken.has(field.name))
  const enough = connector.fields.every(
    ({ name, required, default: standard, kind }) => !required || standard !== '' || kind === 'connected' || taken.has(name),
  )
  if (!secret || !enough || !fits(connector, taken)) return []
  for (const name of names) left.delete(name)
  return [
    {
      key: `var:${names.join('+')}`,
      from: names.join(', '),
      wantedName: connector.id,
      connector: connector.id,
      label: '',
      values: Object.fromEntries(taken),
      chosen: true,
      warnings: [],
    },
  ]
}

function fits(connector: ConnectorRow, taken: ReadonlyMap<string, string>): boolean {
  return connector.fields.every(({ name, pattern }) => {
    const value = taken.get(name)
    return value === undefined || pattern === null || new RegExp(`^(?:${pattern})$`, 'u').test(value)
  })
}

function bare(name: string, value: string, chosen: boolean): Found {
  return {
    key: `var:${name}`,
    from: name,
    wantedName: slugOf(name) || 'variable',
    connector: SECRET_URL.test(value) ? 'database-url' : 'variable',
    label: '',
    values: SECRET_URL.test(value) ? { url: value.trim(), variable: name } : { variable: name, value },
    chosen,
    warnings: chosen ? [] : ['It is probably no secret.'],
  }
}
