import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PersonaCard, PersonaRow, TemplateRow } from '#contract'
import { fixture, newPlace } from './troupe.ts'

const place = newPlace()
const list = () => place.value<PersonaCard[]>(['persona', 'list'])
/** An editor: a shell script that does what it is told to the file. */
function editor(name: string, script: string): string {
  const path = join(place.folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

beforeAll(async () => {
  await place.troupe(fixture('Echo chamber', 'say.mjs', 'hello'))
  await place.troupe(fixture('Echo hall', 'say.mjs', 'hello'))
})

describe('personas from the command line', () => {
  it('[CLI30] are created from options, with a note, and listed', async () => {
    const created = await place.troupe([
      ...fixture('Night watch', 'say.mjs', 'all is well'),
      '--summary',
      'Says that all is well',
      '-m',
      'first words',
    ])
    expect(created.out).toMatch(/^Created Night watch \(per_[0-9a-z]{16}\)\. Run it: troupe run night-watch\n$/)
    const shown = await place.troupe(['persona', 'list'])
    expect(shown.out).toMatch(/^Persona +Runs on +Next start +Rev +Changed +What it does +Id\n/)
    expect(shown.out).toMatch(/Night watch +command +By hand +1 +just now +Says that all is well +per_/)
    expect(shown.out + shown.err).not.toContain('\u001b')
  })

  it('[CLI31] are named by id, name, or a beginning; several or none that fit are told, with near names', async () => {
    const [card] = (await list()).filter(({ name }) => name === 'Echo chamber')
    for (const name of [card?.id ?? '', 'Echo chamber', 'echo-chamber', 'ECHO C', 'echo c']) {
      expect((await place.value<PersonaRow>(['persona', 'show', name])).doc.name).toBe('Echo chamber')
    }
    const two = await place.troupe(['persona', 'show', 'echo'])
    expect([two.code, two.err]).toEqual([2, expect.stringMatching(/"echo" fits 2 personas: Echo chamber \(per_\w+\), Echo hall/)])
    const near = await place.troupe(['run', 'echo-hal1'])
    expect([near.code, near.err]).toEqual([2, expect.stringContaining('Did you mean "Echo hall"?')])
    const none = await place.troupe(['run', 'zzzzzz', '--json'])
    expect(JSON.parse(none.err)).toEqual({
      error: { code: 'USAGE', message: 'There is no persona "zzzzzz".', hint: 'troupe persona list shows all of them.' },
    })
  })

  it('[CLI32] are saved from a file as a new revision, compared, and restored', async () => {
    await place.troupe(fixture('Diary', 'say.mjs', 'dear diary'))
    const { out: yaml } = await place.troupe(['persona', 'show', 'diary', '--yaml'])
    const changed = await place.troupe(['persona', 'save', 'diary', '--file', '-', '-m', 'A summary'], {
      stdin: yaml.replace('summary: ""', 'summary: Writes it down'),
    })
    expect(changed.out).toBe('Saved Diary as revision 2.\n')
    const named = async (text: string) => (await place.troupe(['persona', 'list', '--text', text])).out
    expect(await named('diar writ')).toContain('Writes it down')
    expect(await named('sheep')).toBe('No persona has all of these words: sheep. A word is found from its beginning.\n')
    expect(
      (await place.troupe(['persona', 'save', 'diary', '--file', '-'], { stdin: yaml.replace('summary: ""', 'summary: Writes it down') }))
        .out,
    ).toContain('Nothing differs')
    const diff = await place.troupe(['persona', 'diff', 'diary'])
    expect(diff.out).toMatch(/Diary: revision 1 → 2\n\n.*\(changed, \/summary\)\n(.*\n)* {2}\+ Writes it down\n/)
    const restored = await place.troupe(['persona', 'restore', 'diary', '1'])
    expect(restored.out).toBe('Diary is as it was in revision 1; this is revision 3 now.\n')
    expect((await place.troupe(['persona', 'diff', 'diary', '1', '3'])).out).toContain('are the same')
    const missing = await place.troupe(['persona', 'restore', 'diary', '99'])
    expect([missing.code, missing.out]).toEqual([2, ''])
  })

  it('[CLI33] a file that is no persona is refused with what is wrong in it', async () => {
    const { code, err } = await place.troupe(['persona', 'create', '--file', '-'], { stdin: 'name: x\nboddy: {}\n' })
    expect(code).toBe(2)
    expect(err).toMatch(/The input is no persona:\n {2}body: /)
    const broken = await place.troupe(['persona', 'create', '--file', '-'], { stdin: 'name: [unclosed\n' })
    expect([broken.code, broken.err]).toEqual([2, expect.stringContaining('line 2')])
  })

  it('[CLI34] edit opens the editor on YAML, and saves what it leaves as a revision', async () => {
    await place.troupe(fixture('Edited', 'say.mjs', 'x'))
    const change = editor('change.sh', 'sed -i "s/^summary: .*/summary: Changed in an editor/" "$2"')
    const { code, out } = await place.troupe(['persona', 'edit', 'edited', '-m', 'by hand'], {
      env: { EDITOR: `${change} --wait` },
    })
    expect([code, out]).toEqual([0, 'Saved Edited as revision 2.\n'])
    expect((await place.value<PersonaRow>(['persona', 'show', 'edited'])).doc.summary).toBe('Changed in an editor')
  })

  it('[CLI35] an invalid text is opened again with the problems on top, and nothing of it is lost', async () => {
    await place.troupe(fixture('Twice', 'say.mjs', 'x'))
    const script = `if grep -q '^#! ' "$1"; then sed -i 's/colour: plaid/colour: teal/' "$1"; else sed -i 's/^colour: .*/colour: plaid/; s/^summary: .*/summary: kept/' "$1"; fi`
    const { code, out, err } = await place.troupe(['persona', 'edit', 'twice'], {
      env: { VISUAL: editor('twice.sh', script), EDITOR: 'false' },
    })
    expect(err).toMatch(/That is no persona yet:\n {2}colour: /)
    expect([code, out]).toEqual([0, 'Saved Twice as revision 2.\n'])
    expect((await place.value<PersonaRow>(['persona', 'show', 'twice'])).doc).toMatchObject({ colour: 'teal', summary: 'kept' })
  })

  it('[CLI36] giving up keeps an invalid text, and an unchanged one changes nothing', async () => {
    await place.troupe(fixture('Given up', 'say.mjs', 'x'))
    const spoil = await place.troupe(['persona', 'edit', 'given-up'], {
      env: { EDITOR: editor('spoil.sh', `grep -q plaid "$1" || sed -i 's/^colour: .*/colour: plaid/' "$1"`) },
    })
    expect(spoil.code).toBe(2)
    const kept = /left as it is in (\S+)/.exec(spoil.err)?.[1] ?? ''
    expect(readFileSync(kept, 'utf8')).toContain('colour: plaid')
    const same = await place.troupe(['persona', 'edit', 'given-up'], { env: { EDITOR: 'true' } })
    expect([same.code, same.err]).toEqual([130, expect.stringContaining('Nothing was changed.')])
    const fails = await place.troupe(['persona', 'edit', 'given-up'], { env: { EDITOR: 'false' } })
    expect([fails.code, fails.err]).toEqual([2, expect.stringContaining('The editor ended with code 1')])
    expect((await place.troupe(['persona', 'edit', 'given-up'])).err).toContain('No editor is named.')
    expect((await place.value<PersonaRow>(['persona', 'show', 'given-up'])).revision).toBe(1)
  })

  it('[CLI37] a save from an older revision is refused with 4, and the text is kept', async () => {
    await place.troupe(fixture('Raced', 'say.mjs', 'x'))
    const { out: yaml } = await place.troupe(['persona', 'show', 'raced', '--yaml'])
    const other = join(place.folder, 'other.yaml')
    writeFileSync(other, yaml.replace('summary: ""', 'summary: by another'))
    const meanwhile = `"${process.execPath}" "${join(import.meta.dirname, '../../../extensions/engine/cli/main.ts')}" persona save raced --file "${other}" >/dev/null && sed -i 's/^summary: .*/summary: mine/' "$1"`
    const { code, err } = await place.troupe(['persona', 'edit', 'raced'], { env: { EDITOR: editor('race.sh', meanwhile) } })
    expect(code).toBe(4)
    const kept = /Your text is kept in (\S+)/.exec(err)?.[1] ?? ''
    expect(readFileSync(kept, 'utf8')).toContain('summary: mine')
  })

  it('[CLI38] export and import: a plan first, yes needed, and what comes in sleeps until it is woken', async () => {
    const file = join(place.folder, 'export ü.yaml')
    expect((await place.troupe(['persona', 'export', 'echo-hall', '-o', file])).code).toBe(0)
    const again = await place.troupe(['persona', 'export', 'echo-hall', '-o', file])
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('is there already, and was left as it is')])
    const plan = await place.troupe(['persona', 'import', file, '--plan'])
    expect(plan.out).toMatch(/Echo hall.*name is taken/)
    expect(plan.out).toContain('may: ')
    const unasked = await place.troupe(['persona', 'import', file])
    expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining('Add --yes')])
    const [row] = await place.value<PersonaRow[]>(['persona', 'import', file, '--yes'])
    expect(row).toMatchObject({ active: false })
    expect((await place.troupe(['run', row?.id ?? ''])).code).toBe(4)
    expect((await place.troupe(['persona', 'wake', row?.id ?? ''])).code).toBe(0)
    expect((await place.troupe(['run', row?.id ?? '', '-q'])).out).toBe('hello\n')
    expect((await place.troupe(['persona', 'import', '-', '--plan'], { stdin: 'nonsense' })).code).toBe(2)
  })

  it('[CLI39] archive, duplicate, rm', async () => {
    await place.troupe(fixture('Old hand', 'say.mjs', 'x'))
    expect((await place.troupe(['persona', 'archive', 'old-hand'])).code).toBe(0)
    expect((await place.troupe(['run', 'old-hand'])).code).toBe(4)
    expect((await place.troupe(['persona', 'list', '--archived'])).out).toContain('Old hand')
    expect((await place.troupe(['persona', 'archive', 'old-hand', '--undo'])).code).toBe(0)
    const copy = await place.value<PersonaRow>(['persona', 'duplicate', 'old-hand'])
    expect(copy.doc.name).toContain('Old hand')
    const unasked = await place.troupe(['persona', 'rm', copy.id])
    expect([unasked.code, unasked.err]).toEqual([2, expect.stringMatching(/One revision goes with it, it has no runs\. .*Add --yes/s)])
    expect((await place.troupe(['persona', 'rm', copy.id, '--yes'])).out).toContain('Removed')
    expect((await list()).some(({ id }) => id === copy.id)).toBe(false)
  })

  it('[CLI40] templates are listed and used', async () => {
    const templates = await place.value<TemplateRow[]>(['template', 'list'])
    expect(templates.length).toBeGreaterThanOrEqual(10)
    expect((await place.troupe(['template', 'list'])).out).toMatch(/^Template +Needs +What it does\ndisk-guardian +nothing /)
    const used = await place.troupe(['template', 'use', 'folder-ch', '--name', 'My folder'])
    expect(used.out).toMatch(/^Created My folder \(per_\w+\)\.\nRun it: troupe run per_/)
    const model = await place.troupe(['template', 'use', 'code-reviewer', '--run'])
    expect([model.code, model.out]).toEqual([0, expect.stringContaining('It has no model yet.')])
    expect((await place.troupe(['template', 'use', 'code-reviewer', '--name', 'With', '--model', 'local/some:model'])).code).toBe(0)
    expect((await place.value<PersonaRow>(['persona', 'show', 'With'])).doc.body).toMatchObject({
      models: [{ provider: 'local', model: 'some:model' }],
    })
    expect((await place.troupe(['template', 'use', 'nothing-like-it'])).code).toBe(2)
    expect((await place.troupe(['template', 'use', 'code-reviewer', '--model', 'nonsense'])).code).toBe(2)
  })

  it('[CLI41] the first run of a template is real', async () => {
    const { code, out, err } = await place.troupe(['template', 'use', 'downloads-sorter', '--run'])
    expect(out).toMatch(/^Downloads sorter\n/)
    expect(err).toMatch(/✓ succeeded in [\d.]+ s · run_/)
    expect(code).toBe(0)
    expect(existsSync(join(place.data, 'workspaces'))).toBe(true)
  })
})
