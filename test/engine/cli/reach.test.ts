/** What the window does, the command line does too: these are the methods that only one of them had. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AssembledPrompt, LicenceRow, PersonaCard, PersonaRow, RunRow, RunStrip } from '#contract'
import { fixture, newPlace } from './troupe.ts'

const place = newPlace()
const yaml = (summary: string) => `name: Greeter
summary: ${summary}
sections:
  - { id: who, kind: identity, text: 'You greet {{param.who}} and {{param.nobody}}.' }
parameters:
  - { name: who, default: Ada }
body:
  kind: command
  program: '{{troupe.node}}'
  args: ['-e', 'console.log("hello {{param.who}}")']
`

beforeAll(async () => {
  const created = await place.troupe(['persona', 'create', '--file', '-'], { stdin: yaml('Greets.') })
  expect(created.err).toBe('')
  await place.troupe(fixture('Alpha', 'say.mjs', 'a'))
  await place.troupe(fixture('Beta', 'say.mjs', 'b'))
})

describe('what a run would send', () => {
  it('[CLI90] is printed alone, with its length and what is wrong with it beside', async () => {
    const { code, out, err } = await place.troupe(['persona', 'prompt', 'greeter', '--param', 'who=Grace'])
    expect(out).toContain('You greet Grace and {{param.nobody}}.')
    expect(err).toMatch(/^About \d+ tokens\.\n· .*nobody/)
    expect(code).toBe(1)
    const file = join(place.folder, 'other.yaml')
    writeFileSync(file, yaml('x').replace(' and {{param.nobody}}', ' alone'))
    const draft = await place.value<AssembledPrompt>(['persona', 'prompt', 'greeter', '--file', file])
    expect([draft.problems, draft.prompt]).toEqual([[], expect.stringContaining('You greet Ada alone.')])
  })

  it('[CLI91] a text that is not saved is run as a draft', async () => {
    const file = join(place.folder, 'draft.yaml')
    writeFileSync(file, yaml('Draft.').replace('hello', 'good evening'))
    const ran = await place.troupe(['run', 'greeter', '--draft', file, '--quiet'])
    expect([ran.code, ran.out]).toEqual([0, 'good evening Ada\n'])
    expect((await place.troupe(['runs', '--limit', '1'])).out).toContain('draft')
    expect((await place.value<PersonaRow>(['persona', 'show', 'greeter'])).revision).toBe(1)
    expect((await place.troupe(['run', 'greeter', '--draft', file, '--revision', '1'])).code).toBe(2)
  })
})

describe('order, history, licences', () => {
  it('[CLI92] personas are put in another order, and into a group', async () => {
    const names = async () => (await place.value<PersonaCard[]>(['persona', 'list'])).map(({ name }) => name)
    expect(await names()).toEqual(['Greeter', 'Alpha', 'Beta'])
    const { code, out } = await place.troupe(['persona', 'arrange', 'beta', 'greeter', '--group', 'Mine'])
    expect([code, out]).toEqual([0, 'In this order: Beta, Greeter, in the group Mine.\n'])
    expect(await names()).toEqual(['Beta', 'Alpha', 'Greeter'])
    expect((await place.value<PersonaRow>(['persona', 'show', 'beta'])).doc.group).toBe('Mine')
    expect((await place.troupe(['persona', 'arrange', 'beta', 'nobody'])).code).toBe(2)
  })

  it('[CLI93] a persona is shown with its runs', async () => {
    expect((await place.troupe(['persona', 'show', 'greeter'])).out).toMatch(/^Runs +1, the last ✓ succeeded /m)
    expect((await place.value<{ strip: RunStrip }>(['persona', 'show', 'greeter'])).strip.runs).toBe(1)
  })

  it('[CLI94] a whole run is written to a file, which is never written over', async () => {
    const text = await place.troupe(['export', 'last'])
    expect([text.code, text.out]).toEqual([0, expect.stringMatching(/^Run run_\w+ of Greeter[\s\S]*good evening Ada/)])
    expect(JSON.parse((await place.troupe(['export', 'last', '--json'])).out)).toMatchObject({ run: { personaName: 'Greeter' } })
    const file = join(place.folder, 'run.json')
    expect((await place.troupe(['export', 'last', '--format', 'json', '-o', file])).code).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ run: { state: 'succeeded' } })
    const again = await place.troupe(['export', 'last', '-o', file])
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('was left as it is')])
  })

  it('[CLI95] what Troupe is built on is listed with its licences', async () => {
    const rows = await place.value<LicenceRow[]>(['licences'])
    expect(rows.find(({ name }) => name === 'zod')).toMatchObject({ licence: 'MIT' })
    expect((await place.troupe(['licences'])).out).toMatch(/^Package +Version +Licence\n/)
  })
})

describe('a draft of no persona', () => {
  it('[CLI96] a text of no persona is run too, found again, and repeated', async () => {
    const file = join(place.folder, 'nobody.yaml')
    writeFileSync(file, yaml('Nobody.').replace('name: Greeter', 'name: Nobody yet').replace('hello', 'good night'))
    const ran = await place.troupe(['run', '--draft', file, '--quiet'])
    expect([ran.code, ran.out]).toEqual([0, 'good night Ada\n'])
    const { rows } = await place.value<{ rows: RunRow[] }>(['runs', '--drafts'])
    expect(rows).toMatchObject([{ personaId: null, personaName: 'Nobody yet', revision: null }])
    expect((await place.troupe(['show', 'last'])).out).toContain('none: a draft that belongs to no persona')
    expect((await place.troupe(['again', 'last', '--quiet'])).out).toBe('good night Ada\n')
    expect((await place.value<{ rows: RunRow[] }>(['runs', '--drafts'])).rows[0]?.againOf).toBe(rows[0]?.id)
    const names = (await place.value<PersonaCard[]>(['persona', 'list'])).map(({ name }) => name)
    expect(names).not.toContain('Nobody yet')
    for (const wrong of [['run'], ['run', '--draft', file, '--revision', '1'], ['runs', '--drafts', '--persona', 'greeter']]) {
      expect((await place.troupe(wrong)).code).toBe(2)
    }
  })
})
