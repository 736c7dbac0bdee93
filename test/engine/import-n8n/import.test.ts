/** What an import makes of files as people have them. */
import { describe, expect, test } from 'vitest'
import { codes, imported, node, refusal, wire } from './workflow.ts'

const two = { name: 'Two', nodes: [node('Go', 'manualTrigger'), node('Set it', 'set')], connections: { Go: wire('Set it') } }

describe('reading', () => {
  test('[IM1] one workflow, however it is wrapped', () => {
    const forms = [
      JSON.stringify(two),
      `\uFEFF${JSON.stringify(two)}`,
      JSON.stringify([two]),
      JSON.stringify({ workflow: two }),
      JSON.stringify({ data: [two] }),
      JSON.stringify({ workflow: { id: 1, workflow: two } }),
      JSON.stringify({ data: { workflowData: two } }),
      JSON.stringify({ template: JSON.stringify(two) }),
      `\`\`\`json\n${JSON.stringify(two)}\n\`\`\``,
      `Here it is:\n\n\`\`\`\n${JSON.stringify(two, null, 2)}\n\`\`\`\nHave fun.`,
      `${JSON.stringify(two)}\n}`,
    ]
    for (const text of forms) {
      const { team } = imported(text)
      expect(team.nodes.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['Go manualStart', 'Set it set'])
      expect(team.links).toHaveLength(1)
    }
  })

  test('[IM1] nodes alone, as the clipboard has them, and several workflows at once', () => {
    expect(imported({ nodes: two.nodes }).counts).toMatchObject({ nodes: 2, imported: 2, links: 0 })
    expect(codes(imported(`${JSON.stringify(two)} and more`))).toContain('mended-file')
  })

  test('[IM2] what is no workflow is refused with what it is instead', () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['', /empty/],
      ['{"nodes":[{"name":"a"', /cut off/],
      ['<!doctype html><p>x</p>', /web page/],
      ['PK\u0003\u0004abc', /packed/],
      ['{"nodes":[],"connections":{}}', /no nodes/],
      ['{"openapi":"3.0.0"}', /API/],
      ['{"flow":[],"metadata":{}}', /Make blueprint/],
      ['name: ci\non: push\njobs:\n  a: 1', /GitHub Actions/],
      ['{"data":{"resultData":{}}}', /record of an execution/],
      ['[1,2]', /none of its members/],
      ['"text"', /single value/],
      ['{"name":"x"}', /without a list of nodes/],
      ['hello', /not JSON/],
    ]
    for (const [text, words] of cases) expect(refusal(text)).toMatch(words)
  })

  test('[IM3] a file that is deep, huge or poisonous costs a refusal, and nothing else', () => {
    expect(refusal(`{"nodes":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toMatch(/nested/)
    expect(refusal(' '.repeat(8_000_000))).toMatch(/signs/)
    const poisoned = imported(
      `{"nodes":[{"name":"__proto__","type":"n8n-nodes-base.set","parameters":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}],"connections":{"__proto__":{"main":[[{"node":"__proto__"}]]}},"__proto__":{"polluted":true}}`,
    )
    expect(poisoned.team.nodes[0]?.name).toBe('__proto__')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    const many = imported({ nodes: Array.from({ length: 6_000 }, (_, at) => node(`n${at}`, 'noOp')) })
    expect(many.counts).toMatchObject({ nodes: 6_000, imported: 5_000, reported: 1_000 })
    expect(codes(many)).toContain('too-many-nodes')
  })
})

describe('nodes and wires', () => {
  test('[IM4] each node has one outcome, and they add up', () => {
    const { nodes, counts } = imported({
      nodes: [
        node('Start', 'webhook'),
        node('Keep', 'set'),
        node('Ask', 'httpRequest', { credentials: { httpHeaderAuth: { id: '1', name: 'Mine' } } }),
        node('Sheet', 'googleSheets', { parameters: { resource: 'sheet', operation: 'append' } }),
        node('Slip', 'googlesheets'),
        node('Shop', 'n8n-nodes-shop.shop'),
        node('Note', 'stickyNote'),
        { name: 'Nothing' },
        node('Dog', '@n8n/n8n-nodes-langchain.agent'),
        node('Mind', '@n8n/n8n-nodes-langchain.lmChatOpenAi'),
      ],
      connections: { Start: wire('Dog'), Mind: wire('Dog', 'ai_languageModel') },
    })
    expect(nodes.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
      'Start: differs',
      'Keep: same',
      'Ask: credential',
      'Sheet: placeholder',
      'Slip: placeholder',
      'Shop: placeholder',
      'Note: note',
      'Nothing: placeholder',
      'Dog: persona',
      'Mind: part',
    ])
    expect(nodes.find(({ name }) => name === 'Sheet')?.words).toMatch(/googleSheets \(sheet, append\)/)
    expect(counts.imported + counts.reported).toBe(counts.nodes)
  })

  test('[IM5] names that come twice get a number that nobody has, and it is said', () => {
    const workflow = imported({ nodes: [node('A', 'set'), node('A', 'set', { id: 'id-A' }), node('A1', 'set'), node('', 'set')] })
    expect(workflow.team.nodes.map(({ name }) => name)).toEqual(['A', 'A2', 'A1', 'Node 4'])
    expect(new Set(workflow.team.nodes.map(({ id }) => id)).size).toBe(4)
    expect(codes(workflow, 'A2')).toContain('duplicate-name')
    expect(codes(workflow, 'Node 4')).toContain('missing-name')
  })

  test('[IM5] what a node lacks is given to it, and said', () => {
    const workflow = imported({ nodes: [{ name: 'Bare', type: 'n8n-nodes-base.set', parameters: 'wrong' }] })
    expect(codes(workflow, 'Bare')).toEqual(expect.arrayContaining(['missing-version', 'missing-position', 'invalid-parameters']))
    expect(workflow.team.nodes[0]).toMatchObject({ version: 1, parameters: {} })
    expect(workflow.team.nodes[0]?.origin?.rest).toMatchObject({ parameters: 'wrong' })
  })

  test('[IM6] wires by id are repaired; those that lead nowhere are told with both ends', () => {
    const workflow = imported({
      nodes: [node('A', 'set'), node('B', 'set')],
      connections: { 'id-A': wire('B'), B: wire('Gone'), Lost: wire('A') },
    })
    expect(workflow.team.links.map(({ from, to }) => `${from.node} ${to.node}`)).toEqual(['id-A id-B'])
    expect(workflow.counts).toMatchObject({ links: 3, linksKept: 1, linksDangling: 2 })
    expect(codes(workflow)).toEqual(expect.arrayContaining(['connections-keyed-by-id', 'dangling-connection']))
    expect(workflow.findings.filter(({ code }) => code === 'dangling-connection').map(({ message }) => message)).toEqual([
      expect.stringMatching(/“B” to “Gone”.*target/),
      expect.stringMatching(/“Lost” to “A”.*source/),
    ])
  })

  test('[IM6] outputs and inputs keep their numbers, empty slots and all', () => {
    const { team } = imported({
      nodes: [node('Which', 'switch'), node('B', 'merge')],
      connections: { Which: { main: [null, [], [{ node: 'B', type: 'main', index: 1 }]] } },
    })
    expect(team.links).toEqual([
      { from: { node: 'id-Which', output: 2 }, to: { node: 'id-B', input: 1 }, kind: 'main', role: 'sequential' },
    ])
  })

  test('[IM8] what cannot run as it is, is a finding', () => {
    const workflow = imported({
      nodes: [
        node('Empty', 'code'),
        node('Snake', 'code', { parameters: { language: 'python', pythonCode: 'return []' } }),
        node('Modules', 'code', { parameters: { jsCode: "const a = require('axios'); await this.helpers.httpRequest({})" } }),
        node('Brought', 'code', { parameters: { jsCode: "return require('crypto')" } }),
        node('Other', 'executeWorkflow'),
        node('Env', 'set', { parameters: { value: '={{ $env.KEY }}' } }),
        node('Off', 'set', { disabled: true }),
      ],
      settings: { errorWorkflow: 'abc', timezone: 'Nowhere/At-all', strange: 1 },
    })
    expect(codes(workflow, 'Empty')).toContain('empty-code')
    expect(codes(workflow, 'Snake')).toContain('python-code')
    expect(codes(workflow, 'Modules').filter((code) => code === 'code-needs-more')).toHaveLength(2)
    expect(codes(workflow, 'Brought')).toEqual([])
    expect(codes(workflow, 'Other')).toContain('missing-sub-team')
    expect(codes(workflow, 'Env')).toContain('environment')
    expect(codes(workflow, 'Off')).toContain('disabled')
    expect(codes(workflow).filter((code) => code === 'setting')).toHaveLength(3)
    expect(workflow.team.settings.timeZone).toBeNull()
    expect(workflow.runnable).toBe(false)
  })

  test('[IM12] credentials are requirements by their type', () => {
    const { credentials, team } = imported({
      nodes: [node('Post', 'slack', { credentials: { slackApi: { id: '99', name: 'Team slack' } } })],
    })
    expect(credentials).toEqual([{ node: 'Post', type: 'slackApi', label: 'Team slack', connector: 'slack' }])
    expect(team.nodes[0]?.credentials).toEqual({ slackApi: 'Team slack' })
  })

  test('[IM13] a pasted secret is taken out and told by its place, never shown', () => {
    // Made here, so that nothing that looks like a key stands in a file.
    const secret = `Bearer ${'q9'.repeat(12)}`
    const workflow = imported({
      nodes: [
        node('Ask', 'httpRequest', {
          parameters: {
            headerParameters: {
              parameters: [
                { name: 'Authorization', value: secret },
                { name: 'Accept', value: 'application/json' },
              ],
            },
            queryParameters: { parameters: [{ name: 'api_key', value: 'YOUR_API_KEY_HERE_PLEASE' }] },
          },
        }),
      ],
    })
    expect(JSON.stringify(workflow)).not.toContain(secret)
    expect(workflow.findings.find(({ code }) => code === 'secret-in-text')?.message).toMatch(/headerParameters\.parameters\.0\.value/)
    expect(JSON.stringify(workflow.team)).toContain('YOUR_API_KEY_HERE_PLEASE')
  })
})
