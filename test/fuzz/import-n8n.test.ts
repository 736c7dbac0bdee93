/** Whatever a file holds: nothing is lost, nothing breaks, and the way back gives the same team. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportWorkflow } from '../../extensions/engine/import-n8n/mod.ts'
import { readImport } from '../../extensions/engine/import-n8n/read-import.ts'
import { imported, kindOf } from '../engine/import-n8n/workflow.ts'

const name = fc.oneof(fc.constantFrom('A', 'B', 'C', 'Set it', '__proto__', 'constructor', ''), fc.string({ maxLength: 12 }))
const type = fc.constantFrom(
  'n8n-nodes-base.set',
  'n8n-nodes-base.code',
  'n8n-nodes-base.if',
  'n8n-nodes-base.stickyNote',
  'n8n-nodes-base.scheduleTrigger',
  'n8n-nodes-base.slack',
  'n8n-nodes-base.madeUp',
  '@n8n/n8n-nodes-langchain.agent',
  '@n8n/n8n-nodes-langchain.lmChatOpenAi',
  'n8n-nodes-else.thing',
)
const rawNode = fc.record(
  {
    id: fc.oneof(fc.constantFrom('1', '2'), fc.uuid(), fc.integer()),
    name,
    type,
    typeVersion: fc.oneof(fc.constantFrom(1, 2, 3.4), fc.anything()),
    position: fc.oneof(fc.tuple(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: -5000, max: 5000 })), fc.anything()),
    parameters: fc.oneof(fc.dictionary(name, fc.jsonValue()), fc.jsonValue()),
    disabled: fc.boolean(),
    onError: fc.constantFrom('continueRegularOutput', 'continueErrorOutput', 'stopWorkflow'),
    retryOnFail: fc.boolean(),
    credentials: fc.dictionary(fc.constantFrom('slackApi', 'openAiApi'), fc.record({ name: fc.string() })),
    notes: fc.string(),
    webhookId: fc.string(),
  },
  { requiredKeys: [] },
)
const connections = fc.dictionary(
  name,
  fc.dictionary(
    fc.constantFrom('main', 'ai_tool', 'ai_languageModel'),
    fc.array(fc.option(fc.array(fc.record({ node: name, type: fc.constant('main'), index: fc.nat(3) }), { maxLength: 3 })), {
      maxLength: 3,
    }),
  ),
  { maxKeys: 6 },
)
const workflow = fc.record({
  name: fc.string(),
  nodes: fc.array(rawNode, { minLength: 1, maxLength: 12 }),
  connections,
  settings: fc.jsonValue(),
})

test('[IM4] every node and every wire is accounted for', () => {
  fc.assert(
    fc.property(workflow, (file) => {
      const reading = readImport(JSON.stringify(file), kindOf)
      if (!reading.ok) return
      const [made] = reading.workflows
      if (!made) throw new Error('no workflow')
      expect(made.counts.imported + made.counts.reported).toBe(file.nodes.length)
      expect(made.nodes.map(({ at }) => at)).toEqual(file.nodes.map((_, at) => at))
      expect(made.team.nodes.length + made.team.notes.length).toBe(file.nodes.length)
      expect(made.counts.linksKept + made.counts.linksDangling).toBe(made.counts.links)
      const names = [...made.team.nodes, ...made.team.notes].map((one) => one.name)
      expect(new Set(names).size).toBe(names.length)
      const ids = new Set([...made.team.nodes, ...made.team.notes].map(({ id }) => id))
      for (const { from, to } of made.team.links) expect(ids.has(from.node) && ids.has(to.node)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('[IM7] import, export, import again gives the same team', () => {
  fc.assert(
    fc.property(workflow, (file) => {
      const reading = readImport(JSON.stringify(file), kindOf)
      if (!reading.ok || !reading.workflows[0]) return
      const once = reading.workflows[0].team
      const back = exportWorkflow(once)
      const twice = imported(JSON.stringify(back)).team
      expect(exportWorkflow(twice)).toEqual(back)
      const bare = (team: typeof once) => ({
        links: team.links.map(({ from, to, kind }) => [from, to, kind]).sort(),
        nodes: [...team.nodes]
          .sort((a, b) => a.id.localeCompare(b.id))
          .map(({ origin: _origin, credentials: _credentials, ...node }) => node),
        settings: { ...team.settings, rest: {} },
        pinned: team.pinned,
      })
      expect(bare(twice)).toEqual(bare(once))
    }),
    { numRuns: 300 },
  )
})

test('[IM2] [IM3] any text is read or refused, never thrown over', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 400 }),
        fc.json(),
        fc.json().map((text) => text.slice(0, text.length / 2)),
      ),
      (text) => {
        const reading = readImport(text, kindOf)
        if (!reading.ok) expect(reading.message.length).toBeGreaterThan(10)
      },
    ),
    { numRuns: 500 },
  )
})

test('[IM3] a node named __proto__ goes back without reaching any prototype (found by the property above)', () => {
  const wire = '{"main":[[{"node":"__proto__","type":"main","index":0}]]}'
  const file = `{"nodes":[{"name":"__proto__","type":"n8n-nodes-base.set"}],"connections":{"__proto__":${wire}}}`
  const back = exportWorkflow(imported(file).team)
  expect(({} as Record<string, unknown>).main).toBeUndefined()
  expect(Object.getOwnPropertyNames(back.connections)).toEqual(['__proto__'])
})

test('[IM3] an object with a toString of its own, where a number or a word should be, breaks nothing (found by the first property)', () => {
  const odd = { toString: {} }
  const file = {
    nodes: [
      {
        name: 'a',
        type: 'n8n-nodes-base.scheduleTrigger',
        position: [odd],
        parameters: { rule: { interval: [{ field: odd, hoursInterval: odd }] } },
      },
      {
        name: 'b',
        type: '@n8n/n8n-nodes-langchain.openAi',
        typeVersion: odd,
        retryOnFail: true,
        maxTries: odd,
        parameters: { resource: odd },
      },
      { name: 'c', type: 'n8n-nodes-base.stickyNote', parameters: { width: odd, color: odd } },
    ],
    settings: { executionTimeout: odd, timezone: odd },
  }
  expect(imported(JSON.stringify(file)).counts.imported).toBe(3)
})
