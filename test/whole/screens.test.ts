/** What the larger screens can do beyond the first day, in a real Chromium on a real engine: order, search, the editor and its guards, templates, files, deleting. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type PersonaDoc, type PersonaRow, personaDoc } from '#contract'
import { openBrowser } from '../helpers/browser.ts'
import { type Client, connect, startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const UNTIL = { timeout: 30_000 }

/** A command persona that says its name. */
const speaker = (name: string, group: string): PersonaDoc =>
  personaDoc.parse({
    name,
    group,
    body: { kind: 'command', program: '{{troupe.node}}', args: ['-e', `console.log('hello ${name}')`], stdin: 'none' },
  })

/** In the page: writes and presses Ctrl+S three times in one turn. */
const TYPES_AND_SAVES = `(() => {
  const field = document.activeElement
  for (const text of ['first', 'second', 'third']) {
    field.value = text
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 's', ctrlKey: true, bubbles: true, cancelable: true }))
  }
})()`

const thinker = personaDoc.parse({
  name: 'Thinker',
  parameters: [{ name: 'folder' }],
  sections: [
    { id: 's1', kind: 'identity', text: 'You are one.' },
    { id: 's2', kind: 'instructions', text: 'Do it.' },
    { id: 's3', kind: 'errors', text: 'Say so.' },
  ],
  body: { kind: 'model' },
})

describe('the screens', { timeout: 120_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  const made: Record<string, PersonaRow> = {}
  pictureFailures(() => opened)

  const id = (name: string): string => made[name]?.id ?? ''
  const read = (name: string): Promise<PersonaRow> => engine.client.persona.get({ id: id(name) })
  const names = async (): Promise<string[]> => (await engine.client.persona.list({})).map((one) => one.name)
  const order = async (): Promise<string> => {
    const list = await engine.client.persona.list({})
    return list
      .filter(({ group }) => group !== '')
      .sort((a, b) => a.order - b.order)
      .map((one) => `${one.name}@${one.group}`)
      .join(' ')
  }
  /** Somebody else saves it. */
  const saveElsewhere = async (name: string, summary: string): Promise<PersonaRow> => {
    const { doc, revision } = await read(name)
    return (await engine.client.persona.save({ id: id(name), doc: { ...doc, summary }, baseRevision: revision, message: 'elsewhere' }))
      .persona
  }
  const summary = () => opened.page.getByLabel('Summary')
  const edit = async (name: string): Promise<void> => {
    await opened.go(`/personas/${id(name)}`)
    await expect.poll(() => opened.page.getByLabel('Name', { exact: true }).first().inputValue(), UNTIL).toBe(name)
  }

  beforeAll(async () => {
    engine = await startTestEngine()
    await engine.client.settings.set({ firstRun: 'done' })
    for (const [name, group] of [
      ['Alpha', 'One'],
      ['Beta', 'One'],
      ['Gamma', 'Two'],
      ['Delta', 'Two'],
    ] as const)
      made[name] = await engine.client.persona.create({ doc: speaker(name, group), message: '' })
    made.Thinker = await engine.client.persona.create({ doc: thinker, message: '' })
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  describe('the list of personas', () => {
    it('is put in order by keyboard, and says each move', async () => {
      const { page, go } = opened
      await go('/personas')
      const grip = page.getByRole('button', { name: 'Move Alpha' })
      await grip.focus()
      await page.keyboard.press('Space')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.locator('[aria-live=assertive]').getByText('Alpha, place').waitFor({ state: 'attached' })
      await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('Move Alpha')
      await page.keyboard.press('Space')
      await expect.poll(order, UNTIL).toBe('Beta@One Alpha@Two Gamma@Two Delta@Two')
    })

    it('is as before when Escape ends a move', async () => {
      const { page } = opened
      const before = await order()
      const rows = () => page.evaluate("[...document.querySelectorAll('[data-reorder-id]')].map((one) => one.dataset.reorderId).join(' ')")
      const shown = await rows()
      await page.getByRole('button', { name: 'Move Alpha' }).focus()
      await page.keyboard.press('Space')
      await page.keyboard.press('ArrowDown')
      await expect.poll(rows).not.toBe(shown)
      await page.keyboard.press('Escape')
      await expect.poll(rows).toBe(shown)
      expect(await order()).toBe(before)
    })

    it('is put in order by pointer, over the border of a group', async () => {
      const { page } = opened
      const from = await page.locator(`[data-reorder-id="${id('Delta')}"]`).boundingBox()
      const to = await page.locator(`[data-reorder-id="${id('Beta')}"]`).boundingBox()
      if (!from || !to) throw new Error('the rows are not there')
      const x = from.x + 12
      await page.mouse.move(x, from.y + 28)
      await page.mouse.down()
      await page.mouse.move(x, to.y + 10, { steps: 12 })
      await page.getByRole('button', { name: 'Move Delta', pressed: true }).waitFor()
      await page.mouse.up()
      await expect.poll(order, UNTIL).toBe('Delta@One Beta@One Alpha@Two Gamma@Two')
    })

    it('finds by letters, and says when nothing fits', async () => {
      const { page } = opened
      const search = page.getByRole('searchbox', { name: 'Search personas' })
      await search.fill('gam')
      await expect.poll(() => page.locator('[data-reorder-id]').count()).toBe(1)
      await search.fill('zzzz')
      await page.getByText('No persona fits').waitFor()
      await page.getByRole('button', { name: 'Show all of them' }).click()
      await expect.poll(() => page.locator('[data-reorder-id]').count()).toBe(5)
    })
  })

  describe('the editor', () => {
    it('completes a placeholder, and saves by keyboard', async () => {
      const { page } = opened
      await edit('Thinker')
      await summary().fill('New summary')
      await page.getByText('Unsaved changes').waitFor()
      // The editor itself, not the plain field that stands until it is loaded.
      await page.locator('.cm-content[aria-label="Instructions, text"]').click()
      await page.keyboard.press('Control+End')
      await page.keyboard.type(' Look in {{par')
      const option = page.getByRole('option', { name: /param\.folder/ })
      await option.waitFor()
      await option.click()
      await page.keyboard.press('Control+s')
      await expect.poll(async () => (await read('Thinker')).revision, UNTIL).toBe(2)
      const { doc } = await read('Thinker')
      expect(doc.summary).toBe('New summary')
      expect(doc.sections[1]?.text).toBe('Do it. Look in {{param.folder}}')
      // The window has heard of it, too: a second save while the first is under way is not taken.
      await page.getByText('Revision 2').first().waitFor()
    })

    it('moves a section by keyboard', async () => {
      const { page } = opened
      await page.getByRole('button', { name: 'Move Error handling', exact: true }).focus()
      for (const key of ['Space', 'ArrowUp', 'ArrowUp', 'Space', 'Control+s']) await page.keyboard.press(key)
      await expect.poll(async () => (await read('Thinker')).doc.sections.map((one) => one.id).join(), UNTIL).toBe('s3,s1,s2')
      await page.getByText('Revision 3').first().waitFor()
    })

    it('keeps what is being edited when somebody else saves, and lets the person choose', async () => {
      const { page } = opened
      await summary().fill('Mine')
      const theirs = await saveElsewhere('Thinker', 'Theirs')
      await page.keyboard.press('Control+s')
      await page.getByText('Somebody saved it meanwhile').waitFor()
      expect(await summary().inputValue()).toBe('Mine')
      await page.getByRole('button', { name: 'Save mine as the newest' }).click()
      await expect.poll(async () => (await read('Thinker')).revision, UNTIL).toBe(theirs.revision + 1)
      expect((await read('Thinker')).doc.summary).toBe('Mine')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    })

    it('follows what somebody else saves while nothing is changed in it', async () => {
      await saveElsewhere('Thinker', 'From outside')
      await expect.poll(() => summary().inputValue(), UNTIL).toBe('From outside')
    })

    it('is not left with unsaved changes by mistake', async () => {
      const { page } = opened
      await summary().fill('Unsaved')
      await page.getByText('Unsaved changes').waitFor()
      await page.getByRole('link', { name: 'Runs' }).first().click()
      await page.getByText('Leave without saving?').waitFor()
      await page.getByRole('button', { name: 'Stay here' }).click()
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      expect(page.url()).toContain(id('Thinker'))
      expect(await summary().inputValue()).toBe('Unsaved')
    })

    it('shows a difference and restores a revision without asking whether to leave', async () => {
      const { page } = opened
      await page.getByRole('tab', { name: 'Revisions' }).click()
      await page.getByRole('button', { name: /^Changes of revision 2/ }).click()
      await page.getByText('Revision 1 → 2').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: 'Restore revision 1' }).click()
      await page.getByRole('button', { name: 'Restore it' }).click()
      await expect.poll(async () => (await read('Thinker')).doc.sections[0]?.id, UNTIL).toBe('s1')
      await expect.poll(() => summary().inputValue(), UNTIL).toBe('')
    })

    it('remembers a Ctrl+S that came during a save, and saves what was written meanwhile', async () => {
      await edit('Delta')
      const { revision } = await read('Delta')
      // In one turn of the page, so that the second key certainly comes while the first save is under way.
      await summary().focus()
      await opened.page.evaluate(TYPES_AND_SAVES)
      await expect.poll(async () => (await read('Delta')).doc.summary, UNTIL).toBe('third')
      await opened.page.getByText('Unsaved changes').waitFor({ state: 'hidden' })
      // Two saves for three keys: the one under way, and one for all that came meanwhile.
      expect((await read('Delta')).revision).toBe(revision + 2)
    })

    it('tries a draft without saving it', async () => {
      const { page } = opened
      await edit('Gamma')
      await page.getByLabel('Argument 2', { exact: true }).fill("console.log('from the draft')")
      await page.getByRole('tab', { name: 'Try it' }).click()
      await page.getByRole('button', { name: 'Try this draft' }).click()
      await page.locator('.xterm-rows').getByText('from the draft').waitFor(UNTIL)
      await page.getByText('Succeeded').first().waitFor()
      expect((await read('Gamma')).revision).toBe(1)
      await page.getByRole('button', { name: 'Discard' }).click()
      await page.getByText('Unsaved changes').waitFor({ state: 'hidden' })
    })

    it('tries a new one that nobody saved, finds the run again, and makes a persona of it later', async () => {
      const { page, go } = opened
      const before = await names()
      await go('/personas/new?body=command')
      await page.getByLabel('Program').fill('{{troupe.node}}')
      await page.getByRole('button', { name: 'Add argument' }).click()
      await page.getByLabel('Argument 1', { exact: true }).fill('-p')
      await page.getByRole('button', { name: 'Add argument' }).click()
      await page.getByLabel('Argument 2', { exact: true }).fill("'nobody ' + 'saved this'")
      await page.getByRole('tab', { name: 'Try it' }).click()
      await page.getByRole('button', { name: 'Try this draft' }).click()
      await page.locator('.xterm-rows').getByText('nobody saved this').waitFor(UNTIL)
      expect(await names()).toEqual(before)
      await page.getByRole('link', { name: 'Open this run' }).click()
      await page.getByRole('button', { name: 'Drop the changes' }).click()
      await page.getByRole('heading', { name: 'Unnamed draft', level: 1 }).waitFor()
      await go('/runs?persona=drafts')
      await page.getByRole('link', { name: 'Run of Unnamed draft: succeeded' }).click()
      await page.getByRole('button', { name: 'More for this run' }).click()
      await page.getByRole('menuitem', { name: 'Make a persona of this draft' }).click()
      await expect.poll(() => page.getByLabel('Argument 2', { exact: true }).inputValue(), UNTIL).toBe("'nobody ' + 'saved this'")
    })
  })

  describe('how personas come and go', () => {
    it('makes one from a template, with no guard in the way', async () => {
      const { page, go } = opened
      await go('/personas/new')
      await page.getByRole('button', { name: /Disk guardian/ }).click()
      await page.getByRole('button', { name: 'Create persona' }).click()
      await expect.poll(names, UNTIL).toContain('Disk guardian')
      await page.getByRole('tab', { name: 'Revisions' }).waitFor()
      expect(await page.getByText('Leave without saving?').count()).toBe(0)
    })

    it('takes in a file: shows what it is, and what came sleeps until it is woken', async () => {
      const { page, go } = opened
      const file = await engine.client.persona.export({ ids: [id('Beta'), id('Thinker')] })
      const before = (await names()).length
      await go('/personas')
      await page.getByRole('button', { name: 'Import' }).click()
      await page.getByLabel('Or paste its text').fill(file.text)
      await page.getByRole('button', { name: 'Show what it is' }).click()
      await page.getByRole('button', { name: /Create 2 personas/ }).click()
      await expect.poll(async () => (await names()).length, UNTIL).toBe(before + 2)
      const asleep = async () => (await engine.client.persona.list({})).filter((one) => !one.active).length
      expect(await asleep()).toBe(2)
      await page.getByRole('dialog').getByRole('button', { name: 'Wake' }).first().click()
      await expect.poll(asleep, UNTIL).toBe(1)
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await page.getByText('Asleep').first().waitFor()
    })

    it('deletes one with a history only when its name is typed', async () => {
      const { page } = opened
      const run = await engine.client.run.start({ personaId: id('Alpha') })
      await expect.poll(async () => (await engine.client.run.get({ id: run.id })).run.state, UNTIL).toBe('succeeded')
      await page.getByRole('button', { name: 'More for Alpha', exact: true }).click()
      await page.getByRole('menuitem', { name: 'Delete …' }).click()
      const remove = page.getByRole('button', { name: 'Delete for good' })
      await page.getByText('1 run stays in the list of runs').waitFor()
      expect(await remove.isDisabled()).toBe(true)
      await page.getByLabel(/^Type/).fill('Alpha')
      await remove.click()
      await expect.poll(names, UNTIL).not.toContain('Alpha')
    })

    it('puts one away and finds it in the archive', async () => {
      const { page } = opened
      await page.getByRole('button', { name: 'More for Delta', exact: true }).click()
      await page.getByRole('menuitem', { name: 'Archive' }).click()
      await expect.poll(names, UNTIL).not.toContain('Delta')
      await page.getByText('Archived', { exact: true }).first().click()
      await page.getByRole('link', { name: 'Delta' }).waitFor()
    })
  })

  describe('the list of runs', () => {
    it('is walked, picked from and compared by keys', async () => {
      const { page, go } = opened
      for (let i = 0; i < 5; i += 1) await engine.client.run.start({ personaId: id('Gamma') })
      const done = async () =>
        (await engine.client.run.list({ filter: { personaId: id('Gamma') } })).rows.filter(({ state }) => state === 'succeeded').length
      await expect.poll(done, UNTIL).toBeGreaterThanOrEqual(5)
      await go('/runs')
      await page.locator('[data-index="4"]').waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.locator('[data-index="2"] [aria-current]').waitFor()
      for (const key of ['x', 'k', 'x']) await page.keyboard.press(key)
      await page.getByRole('button', { name: 'Compare the two' }).click()
      await page.getByRole('heading', { name: 'Compare two runs' }).waitFor()
    })

    it('is filtered in its address, and cleared again', async () => {
      const { page, go } = opened
      await go('/runs')
      await page.getByRole('button', { name: /^State/ }).click()
      await page.getByLabel('Failed').check()
      await expect.poll(() => page.url()).toContain('state=failed')
      await page.keyboard.press('Escape')
      await page.getByText('No run fits these filters').waitFor()
      await page.getByRole('button', { name: 'Clear the filters' }).click()
      await expect.poll(() => page.url()).not.toContain('state=')
    })

    it('offers new runs instead of moving what is being read, and opens one by Enter; r runs it again', async () => {
      const { page } = opened
      await page.locator('[data-index="4"]').waitFor()
      const { total } = await engine.client.run.list({})
      await engine.client.run.start({ personaId: id('Gamma') })
      await page.getByRole('button', { name: /One new run/ }).click(UNTIL)
      await page
        .getByText(`${total + 1} runs`)
        .first()
        .waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: /Gamma/ }).waitFor()
      await page.getByText('Succeeded').first().waitFor(UNTIL)
      await page.keyboard.press('r')
      await expect.poll(async () => (await engine.client.run.list({})).total, UNTIL).toBe(total + 2)
    })
  })

  describe('clients', () => {
    it('are let in with a token that is shown once and works, and shut out again', async () => {
      const { page, go } = opened
      await go('/settings/clients')
      await page.getByRole('button', { name: /^Let a program in/ }).click()
      await page.getByRole('button', { name: 'Make the token' }).click()
      await page.getByText('Give it a name').waitFor()
      await page.getByLabel('Name', { exact: true }).fill('Night script')
      await page.getByLabel('What it may do').selectOption('look')
      await page.getByRole('button', { name: 'Make the token' }).click()
      const token = (await page.locator('[data-token]').textContent()) ?? ''
      const socket = await connect(engine.places, token)
      onTestFinished(() => socket.terminate())
      const script: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
      expect((await script.persona.list({})).length).toBeGreaterThan(0)
      await expect(script.run.start({ personaId: id('Alpha') })).rejects.toMatchObject({ code: 'FORBIDDEN' })
      await page.getByRole('button', { name: 'I have it' }).click()
      await page.locator('[data-token]').waitFor({ state: 'detached' })
      const row = page.getByRole('listitem').filter({ hasText: 'Night script' })
      await row.getByRole('button', { name: /^Shut out/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Shut out', exact: true }).click()
      await row.waitFor({ state: 'detached' })
    })
  })

  it('had nothing to complain about: no error, no refused style or script', () => {
    expect(opened.complaints).toEqual([])
  })
})
