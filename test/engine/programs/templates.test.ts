import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { personaDoc, templateRow } from '#contract'
import { TEMPLATES } from '../../../extensions/engine/persona/templates/mod.ts'
import { PROGRAMS, plant, rooms, run } from './child.ts'

const rows = TEMPLATES.map((template) => templateRow.parse(template))
const commands = rows.flatMap((row) => (row.doc.body.kind === 'command' ? [{ row, body: row.doc.body }] : []))
const models = rows.flatMap((row) => (row.doc.body.kind === 'model' ? [{ row, body: row.doc.body }] : []))
const fillIn = (text: string, values: Readonly<Record<string, string>>) =>
  text.replace(/\{\{([a-z._]+)\}\}/g, (_, name: string) => values[name] ?? '?')

describe('templates', () => {
  it('[TPL1] there are at least ten, six of them need neither model nor network, and ids and names are their own', () => {
    expect(rows.length).toBeGreaterThanOrEqual(10)
    expect(rows.filter((row) => row.needs.length === 0).length).toBeGreaterThanOrEqual(6)
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length)
    expect(new Set(rows.map((row) => row.doc.name)).size).toBe(rows.length)
    for (const row of rows) expect(personaDoc.safeParse(row.doc).success, row.id).toBe(true)
  })

  it.each(rows.map((row) => [row.id, row] as const))(
    '[TPL2] %s says what it needs, and every placeholder has its parameter',
    (_id, row) => {
      expect(row.needs.includes('model')).toBe(row.doc.body.kind === 'model')
      const known = new Set([...row.doc.parameters.map(({ name }) => `param.${name}`), 'troupe.node', 'troupe.programs', 'input'])
      const texts = [
        ...row.doc.sections.map(({ text }) => text),
        ...(row.doc.body.kind === 'command' ? [row.doc.body.program, ...row.doc.body.args] : []),
      ]
      for (const [, name] of texts.join('\n').matchAll(/\{\{([^{}]*)\}\}/g)) expect(known, row.id).toContain(name)
      for (const { name } of row.doc.parameters)
        expect(texts.join('\n'), `${row.id}: parameter ${name} is used`).toContain(`{{param.${name}}}`)
      for (const [name, value] of Object.entries(row.firstRun.params)) {
        const parameter = row.doc.parameters.find((one) => one.name === name)
        expect(parameter, `${row.id}: ${name}`).toBeDefined()
        if (parameter?.kind === 'choice') expect(parameter.choices).toContain(value)
      }
      for (const { name, required, default: initial } of row.doc.parameters)
        if (required) expect(row.firstRun.params[name] ?? initial, `${row.id}: ${name}`).not.toBe('')
    },
  )

  it.each(models.map(({ row, body }) => [row.id, row, body] as const))(
    '[TPL3] %s has a whole prompt, tells its tools, and begins with an example that says so',
    (_id, row, body) => {
      const kinds = row.doc.sections.map(({ kind }) => kind)
      for (const kind of ['identity', 'instructions', 'errors'] as const) expect(kinds).toContain(kind)
      const hasTools = body.tools.files !== 'none' || body.tools.http.enabled || body.tools.commands.length > 0
      if (hasTools) expect(kinds).toContain('tools')
      expect(row.firstRun.input + Object.values(row.firstRun.params).join(' ')).toMatch(/An example to try it with|https:\/\//)
    },
  )

  it.each(commands.map(({ row, body }) => [row.id, row, body] as const))(
    '[TPL4] %s runs its program with its defaults, and its first run is real',
    async (_id, row, body) => {
      const { root, work } = rooms()
      plant(root, { 'notes.txt': 'error: no bread\n', 'Downloads/a.pdf': 'x', 'repo/readme': 'x' })
      const [script = '', ...args] = body.args
      const program = script.replace(/^\{\{troupe\.programs\}\}\/(.+)\.mjs$/, '$1')
      expect(existsSync(join(PROGRAMS, `${program}.mjs`))).toBe(true)
      const values: Record<string, string> = {}
      for (const { name, default: initial } of row.doc.parameters) values[`param.${name}`] = row.firstRun.params[name] || initial
      // No network here: a server on this machine that refuses.
      if (row.needs.includes('network')) values['param.servers'] = '127.0.0.1:9'
      const env = { HOME: root, USERPROFILE: root, XDG_CONFIG_HOME: join(root, '.config') }
      const { code, out, err } = await run(
        program,
        args.map((arg) => fillIn(arg, values)),
        { cwd: work, env },
      )
      expect(err).toBe('')
      expect(out.split('\n')[0]).toContain(row.name)
      expect(row.needs.includes('network') ? [1] : [...body.okExitCodes, 1]).toContain(code)
      expect(homedir()).not.toBe(root)
    },
  )

  it('[TPL5] every program explains itself and its exit codes', async () => {
    for (const { row } of commands) {
      const { code, out } = await run(row.id, ['--help'])
      expect(code).toBe(0)
      expect(out).toMatch(/exit 0 {2}/)
      for (const { name } of row.doc.parameters) expect(out).toContain(`--${name.replaceAll('_', '-')}=`)
    }
  })
})
