/** What becomes a persona, and when a start wakes. */
import { describe, expect, test } from 'vitest'
import { cronOf } from '../../../extensions/engine/import-n8n/schedule.ts'
import { imported, node, wire } from './workflow.ts'

const CHAIN = '@n8n/n8n-nodes-langchain.'

describe('personas', () => {
  const agent = imported({
    nodes: [
      node('Chat', `${CHAIN}chatTrigger`),
      node('Clerk', `${CHAIN}agent`, {
        typeVersion: 2,
        parameters: { promptType: 'define', text: '={{ $json.question }}', options: { systemMessage: '=You help {{ $json.who }}.' } },
      }),
      node('First', `${CHAIN}lmChatAnthropic`, { parameters: { model: { __rl: true, mode: 'list', value: 'claude-x' } } }),
      node('Second', `${CHAIN}lmChatGoogleGemini`, { parameters: { modelName: 'models/gemini-x' } }),
      node('Memory', `${CHAIN}memoryBufferWindow`),
      node('Shape', `${CHAIN}outputParserStructured`, { parameters: { jsonSchemaExample: '{"a":1}' } }),
      node('Fixer', `${CHAIN}outputParserAutofixing`),
      node('Look up', 'httpRequestTool', {
        parameters: {
          url: "={{ $fromAI('city', `Which city`, 'string') }}",
          body: { deep: ["={{ $fromAI('count', 'How many', 'number', 3) }}"] },
        },
      }),
    ],
    connections: {
      Chat: wire('Clerk'),
      First: {
        ai_languageModel: [
          [
            { node: 'Clerk', type: 'ai_languageModel', index: 0 },
            { node: 'Fixer', type: 'ai_languageModel', index: 0 },
          ],
        ],
      },
      Second: wire('Clerk', 'ai_languageModel', 1),
      Memory: wire('Clerk', 'ai_memory'),
      Shape: wire('Fixer', 'ai_outputParser'),
      Fixer: wire('Clerk', 'ai_outputParser'),
      'Look up': wire('Clerk', 'ai_tool'),
    },
  })
  const [persona] = agent.personas

  test('[IM10] an agent with its models in order, memory, parser and tools', () => {
    expect(agent.personas).toHaveLength(1)
    expect(persona).toMatchObject({
      node: 'Clerk',
      prompt: '={{ $json.question }}',
      promptFrom: 'node',
      systemMessage: '=You help {{ $json.who }}.',
    })
    expect(persona?.models.map(({ node: from, model }) => `${from} ${model}`)).toEqual(['First claude-x', 'Second models/gemini-x'])
    expect(persona?.doc.body).toMatchObject({
      models: [
        { provider: 'anthropic', model: 'claude-x' },
        { provider: 'google', model: 'gemini-x' },
      ],
    })
    expect(persona?.memory.map((one) => one.node)).toEqual(['Memory'])
    expect(persona?.outputParsers.map((one) => one.node)).toEqual(['Fixer'])
  })

  test('[IM10] what the model fills in becomes the parameters of its tool', () => {
    expect(persona?.tools).toEqual([
      {
        node: 'Look up',
        type: 'n8n-nodes-base.httpRequestTool',
        parameters: expect.arrayContaining([
          { name: 'city', description: 'Which city', kind: 'string' },
          { name: 'count', description: 'How many', kind: 'number' },
        ]),
      },
    ])
  })

  test('[IM10] every part is a part, and keeps its wire', () => {
    expect(agent.nodes.filter(({ outcome }) => outcome === 'part')).toHaveLength(6)
    expect(agent.team.links.filter(({ kind }) => kind !== 'main')).toHaveLength(7)
  })

  test('[IM10] what a persona cannot be is a placeholder that says so; a part without a root too', () => {
    const { nodes, personas } = imported({
      nodes: [
        node('Draw', `${CHAIN}openAi`, { parameters: { resource: 'image' } }),
        node('Alone', `${CHAIN}lmChatOpenAi`),
        node('Write', `${CHAIN}openAi`, {
          parameters: {
            modelId: { value: 'gpt-x' },
            messages: { values: [{ role: 'system', content: 'Be brief.' }, { content: '={{ $json.a }}' }] },
          },
        }),
      ],
      connections: { Draw: wire('Write') },
    })
    expect(nodes.map(({ outcome, words }) => [outcome, words])).toEqual([
      ['placeholder', expect.stringMatching(/image/)],
      ['placeholder', expect.stringMatching(/connected to none/)],
      ['persona', ''],
    ])
    expect(personas[0]).toMatchObject({ systemMessage: 'Be brief.', prompt: '={{ $json.a }}', models: [{ model: 'gpt-x' }] })
  })
})

describe('[IM11] schedules', () => {
  const at = (parameters: Record<string, unknown>, short = 'scheduleTrigger') => cronOf(short, parameters, 'seed').cron
  const rule = (...interval: Record<string, unknown>[]) => ({ rule: { interval } })

  test('each field means what it meant', () => {
    expect(at({})).toEqual(['0 0 * * *'])
    expect(at(rule({ triggerAtHour: 10 }))).toEqual(['0 10 * * *'])
    expect(at(rule({ field: 'hours', hoursInterval: 6, triggerAtMinute: 15 }))).toEqual(['15 */6 * * *'])
    expect(at(rule({ field: 'weeks', triggerAtDay: [1, 5], triggerAtHour: 9, triggerAtMinute: 30 }))).toEqual(['30 9 * * 1,5'])
    expect(at(rule({ field: 'months', triggerAtDayOfMonth: 31, triggerAtHour: 8 }))).toEqual(['0 8 31 * *'])
    expect(at(rule({ field: 'seconds', secondsInterval: 20 }))).toEqual(['*/20 * * * * *'])
    expect(at(rule({ field: 'cronExpression', expression: '0 7 * * 1-5' }, { triggerAtHour: 3 }))).toEqual(['0 7 * * 1-5', '0 3 * * *'])
  })

  test('the older nodes', () => {
    expect(
      at(
        {
          triggerTimes: {
            item: [
              { mode: 'everyWeek', weekday: '3', hour: 7 },
              { mode: 'custom', cronExpression: '0 */4 * * *' },
            ],
          },
        },
        'cron',
      ),
    ).toEqual(['0 7 * * 3', '0 */4 * * *'])
    expect(at({ triggerTimes: { item: [{ mode: 'everyX', value: 15, unit: 'minutes' }] } }, 'cron')).toEqual(['*/15 * * * *'])
    expect(at({ interval: 30, unit: 'seconds' }, 'interval')).toEqual(['*/30 * * * * *'])
  })

  test('what no expression can say is said in words', () => {
    expect(cronOf('scheduleTrigger', rule({ field: 'minutes', minutesInterval: 45 }), 'x').words).toMatch(/begins anew/)
    expect(cronOf('scheduleTrigger', rule({ field: 'weeks', weeksInterval: 2, triggerAtDay: [1] }), 'x').words).toMatch(/every 2 weeks/)
  })

  test('the zone is the workflow’s, and the node’s own second does not move between imports', () => {
    const { starts } = imported({
      nodes: [node('Often', 'scheduleTrigger', { parameters: rule({ field: 'minutes', minutesInterval: 10 }) })],
      settings: { timezone: 'Europe/Lisbon' },
    })
    expect(starts[0]).toMatchObject({ kind: 'schedule', timeZone: 'Europe/Lisbon' })
    expect(starts[0]?.cron).toEqual(
      imported({ nodes: [node('Often', 'scheduleTrigger', { parameters: rule({ field: 'minutes', minutesInterval: 10 }) })] }).starts[0]
        ?.cron,
    )
  })
})
