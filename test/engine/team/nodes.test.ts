import { describe, expect, test } from 'vitest'
import type { HttpRequest } from '../../../extensions/engine/team/thread.ts'
import { run, setField, team } from './stage.ts'

type Node = Parameters<typeof team>[0][string]

/** One node after a start that gives `rows`: its first output, as plain objects. */
async function one(node: Node, rows: readonly unknown[], more: Parameters<typeof run>[3] = {}) {
  const done = await run(team({ Start: {}, Node: node }, ['Start -> Node']), 'Start', rows, more)
  return { done, json: done.json('Node'), failure: done.state.failure }
}

async function merged(parameters: Record<string, unknown>, version: number, first: readonly unknown[], second: readonly unknown[]) {
  const give = (rows: readonly unknown[]): Node => ({ kind: 'code', version: 2, parameters: { jsCode: `return ${JSON.stringify(rows)}` } })
  const done = await run(
    team({ Start: {}, A: give(first), B: give(second), Merge: { kind: 'merge', version, parameters } }, [
      'Start -> A',
      'Start -> B',
      'A -> Merge:0',
      'B -> Merge:1',
    ]),
    'Start',
  )
  return done.json('Merge')
}

describe('fields', () => {
  test('[NODE11] a value is coerced to its declared type, and what does not fit is named', async () => {
    expect((await one(setField('x', '41', 'number'), [{}])).json).toEqual([{ x: 41 }])
    expect((await one(setField('x', 'many', 'number'), [{}])).failure?.message).toContain("'x' expects a number but we got 'many'")
  })

  test('[NODE2] no path reaches or makes a prototype', async () => {
    const { failure } = await one(setField('__proto__.polluted', 'yes'), [{}])
    expect(failure?.message).toContain('__proto__')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    const merge = await merged(
      { mode: 'combine', combineBy: 'combineByPosition' },
      3,
      [{ a: 1 }],
      [JSON.parse('{"constructor": {"prototype": {"polluted": 1}}}')],
    )
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(merge).toHaveLength(1)
  })

  test('[NODE1] what is absent has the default of the version: Set 2 keeps the other fields, 3.4 does not', async () => {
    const old = { kind: 'set' as const, version: 2, parameters: { values: { string: [{ name: 'x', value: 'y' }] } } }
    const now = {
      kind: 'set' as const,
      version: 3.4,
      parameters: { assignments: { assignments: [{ name: 'x', value: 'y', type: 'string' }] } },
    }
    expect((await one(old, [{ a: 1 }])).json).toEqual([{ a: 1, x: 'y' }])
    expect((await one(now, [{ a: 1 }])).json).toEqual([{ x: 'y' }])
  })

  test('rename moves a nested field and leaves the rest', async () => {
    const node = { kind: 'rename' as const, parameters: { keys: { key: [{ currentKey: 'a.b', newKey: 'c' }] } } }
    expect((await one(node, [{ a: { b: 1, d: 2 } }])).json).toEqual([{ a: { d: 2 }, c: 1 }])
  })
})

describe('conditions', () => {
  const wrongType = {
    conditions: {
      options: { version: 2, typeValidation: 'strict' },
      combinator: 'and',
      conditions: [{ leftValue: '={{ $json.n }}', rightValue: 1, operator: { type: 'number', operation: 'equals' } }],
    },
  }

  test('[NODE10] what cannot be judged is an error, or "not met" where the node carries on', async () => {
    expect((await one({ kind: 'if', version: 2.2, parameters: wrongType }, [{ n: 'one' }])).failure?.message).toContain('Wrong type')
    const { done } = await one({ kind: 'if', version: 2.2, onError: 'continue', parameters: wrongType }, [{ n: 'one' }, { n: 1 }])
    expect([done.json('Node', 0), done.json('Node', 1)]).toEqual([[{ n: 1 }], [{ n: 'one' }]])
  })

  test('switch, version 1: the first rule that holds, else the fallback, else nowhere', async () => {
    const parameters = {
      dataType: 'number',
      value1: '={{ $json.n }}',
      rules: { rules: [{ operation: 'larger', value2: 5, output: 1 }] },
      fallbackOutput: 3,
    }
    const { done } = await one({ kind: 'switch', version: 1, parameters }, [{ n: 9 }, { n: 2 }])
    expect([done.json('Node', 1), done.json('Node', 3)]).toEqual([[{ n: 9 }], [{ n: 2 }]])
  })
})

describe('merge', () => {
  const [left, right] = [
    [
      { id: 1, a: 'x' },
      { id: 2, a: 'y' },
    ],
    [
      { id: '2', b: 'q' },
      { id: 3, b: 'r' },
    ],
  ]
  const byId = { mode: 'combine', fieldsToMatchString: 'id' }

  test('[NODE13] exactly, and loosely', async () => {
    expect(await merged(byId, 3, left, right)).toEqual([])
    expect(await merged({ ...byId, options: { fuzzyCompare: true } }, 3, left, right)).toEqual([{ id: '2', a: 'y', b: 'q' }])
  })

  test('joins: what has no match, and everything', async () => {
    expect(
      await merged({ ...byId, joinMode: 'keepNonMatches', outputDataFrom: 'input1', options: { fuzzyCompare: true } }, 3, left, right),
    ).toEqual([left[0]])
    expect(await merged({ ...byId, joinMode: 'keepEverything' }, 3, left, right)).toEqual([...left, ...right])
  })

  test('version 1 by key lays the second over the first', async () => {
    const parameters = { mode: 'mergeByKey', propertyName1: 'id', propertyName2: 'id' }
    expect(await merged(parameters, 1, left, [{ id: 2, b: 'q' }])).toEqual([
      { id: 1, a: 'x' },
      { id: 2, a: 'y', b: 'q' },
    ])
  })
})

describe('lists', () => {
  test('split out, aggregate and summarise', async () => {
    expect(
      (await one({ kind: 'splitOut', parameters: { fieldToSplitOut: 'list', include: 'allOtherFields' } }, [{ k: 1, list: ['a', 'b'] }]))
        .json,
    ).toEqual([
      { k: 1, list: 'a' },
      { k: 1, list: 'b' },
    ])
    const gather = {
      kind: 'aggregate' as const,
      parameters: { fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'n', renameField: true, outputFieldName: 'all' }] } },
    }
    expect((await one(gather, [{ n: 1 }, {}, { n: 3 }])).json).toEqual([{ all: [1, 3] }])
    const sums = {
      kind: 'summarize' as const,
      version: 1.1,
      parameters: { fieldsToSplitBy: 'team', fieldsToSummarize: { values: [{ field: 'n', aggregation: 'sum' }] } },
    }
    expect(
      (
        await one(sums, [
          { team: 'a', n: 1 },
          { team: 'b', n: 2 },
          { team: 'a', n: 4 },
        ])
      ).json,
    ).toEqual([
      { sum_n: 5, team: 'a' },
      { sum_n: 2, team: 'b' },
    ])
  })

  test('sort folds case, keeps equal items in order, and takes a comparison in code', async () => {
    const by = (order: string): Node => ({ kind: 'sort', parameters: { sortFieldsUi: { sortField: [{ fieldName: 's', order }] } } })
    expect((await one(by('ascending'), [{ s: 'b' }, { s: 'A' }, { s: 'a' }])).json).toEqual([{ s: 'A' }, { s: 'a' }, { s: 'b' }])
    const coded = { kind: 'sort' as const, parameters: { type: 'code', code: 'return b.json.n - a.json.n' } }
    expect((await one(coded, [{ n: 1 }, { n: 3 }, { n: 2 }])).json).toEqual([{ n: 3 }, { n: 2 }, { n: 1 }])
  })
})

describe('texts and files', () => {
  test('CSV there and back', async () => {
    const done = await run(
      team({ Start: {}, To: { kind: 'convertToFile', version: 1.1 }, From: { kind: 'extractFromFile', version: 1 } }, [
        'Start -> To',
        'To -> From',
      ]),
      'Start',
      [{ a: '1', b: 'x,y "z"' }],
    )
    expect(done.json('From')).toEqual([{ a: '1', b: 'x,y "z"' }])
  })

  test('a spreadsheet there and back', async () => {
    const done = await run(
      team(
        {
          Start: {},
          To: { kind: 'convertToFile', version: 1.1, parameters: { operation: 'xlsx' } },
          From: { kind: 'extractFromFile', version: 1, parameters: { operation: 'xlsx' } },
        },
        ['Start -> To', 'To -> From'],
      ),
      'Start',
      [
        { a: 1, b: 'x' },
        { a: 2, b: 'y' },
      ],
    )
    expect(done.json('From')).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ])
  })

  test('HTML by selector, XML as objects, dates by format', async () => {
    const page = {
      kind: 'html' as const,
      version: 1.2,
      parameters: {
        operation: 'extractHtmlContent',
        extractionValues: { values: [{ key: 'links', cssSelector: 'a', returnValue: 'attribute', attribute: 'href', returnArray: true }] },
      },
    }
    expect((await one(page, [{ data: '<a href="/x">x</a><a href="/y">y</a>' }])).json).toEqual([{ links: ['/x', '/y'] }])
    expect((await one({ kind: 'xml' }, [{ data: '<r id="1"><i>a</i><i>b</i></r>' }])).json).toEqual([{ r: { id: '1', i: ['a', 'b'] } }])
    const format = {
      kind: 'dateTime' as const,
      version: 2,
      parameters: { operation: 'formatDate', date: '2024-02-29', format: 'dd.MM.yyyy' },
    }
    expect((await one(format, [{}])).json).toEqual([{ formattedDate: '29.02.2024' }])
  })

  test('[NODE12] a node without its code says so', async () => {
    expect((await one({ kind: 'code', version: 2 }, [{}])).failure?.message).toContain('published without it')
  })

  test('[NODE15] a placeholder fails with the name of what is missing', async () => {
    const node = { kind: 'placeholder' as const, origin: { format: 'n8n' as const, type: 'n8n-nodes-base.trello' } }
    expect((await one(node, [{}])).failure?.message).toContain('n8n-nodes-base.trello')
  })
})

describe('HTTP', () => {
  const asked: HttpRequest[] = []
  const http = async (request: HttpRequest) => {
    asked.push(request)
    const page = Number(new URL(request.url).searchParams.get('page') ?? 0)
    const body = request.url.includes('/missing') ? '{"message":"not here"}' : JSON.stringify(page < 3 ? [{ page }] : [])
    return {
      status: request.url.includes('/missing') ? 404 : 200,
      statusText: null,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(body),
    }
  }

  test('[NODE14] without the port no node reaches the network', async () => {
    expect((await one({ kind: 'http', version: 4.2, parameters: { url: 'https://service.test/' } }, [{}])).failure?.message).toContain(
      'may not use the network',
    )
  })

  test('[NODE14] an answer that is no success is an error with the service’s own sentence, unless the node says otherwise', async () => {
    const node = (options: unknown): Node => ({ kind: 'http', version: 4.2, parameters: { url: 'https://service.test/missing', options } })
    const { failure } = await one(node({}), [{}], { ports: { http } })
    expect(failure).toMatchObject({ name: 'NodeApiError', description: 'not here' })
    expect((await one(node({ response: { response: { neverError: true } } }), [{}], { ports: { http } })).json).toEqual([
      { message: 'not here' },
    ])
  })

  test('pages until the answer is empty, with the page number at hand', async () => {
    const pagination = { pagination: { pagination: { parameters: { parameters: [{ name: 'page', value: '={{ $pageCount }}' }] } } } }
    const { json } = await one(
      { kind: 'http', version: 4.2, parameters: { url: 'https://service.test/list', options: pagination } },
      [{}],
      { ports: { http } },
    )
    expect(json).toEqual([{ page: 0 }, { page: 1 }, { page: 2 }])
  })

  test('query, headers and a JSON body go out as written', async () => {
    const parameters = {
      method: 'POST',
      url: 'https://service.test/new',
      sendQuery: true,
      queryParameters: { parameters: [{ name: 'q', value: 'a b&c' }] },
      sendHeaders: true,
      headerParameters: { parameters: [{ name: 'X-Mark', value: '={{ $json.n }}' }] },
      sendBody: true,
      bodyParameters: { parameters: [{ name: 'n', value: '={{ $json.n }}' }] },
    }
    await one({ kind: 'http', version: 4.2, parameters }, [{ n: 7 }], { ports: { http } })
    expect(asked.at(-1)).toMatchObject({ method: 'POST', url: 'https://service.test/new?q=a%20b%26c', body: '{"n":7}' })
    expect(asked.at(-1)?.headers).toMatchObject({ 'x-mark': '7', 'content-type': 'application/json' })
  })
})
