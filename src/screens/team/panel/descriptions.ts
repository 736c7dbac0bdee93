/**
 * What a node's form asks for, by kind: the parameters that people set most, in the engine's own names. Everything else can be
 * written as JSON beneath, so no parameter is out of reach.
 */
import type { TeamNode } from '#contract'

export interface FieldDescription {
  /** Dotted path within the parameters. */
  readonly path: string
  readonly label: string
  readonly kind: 'text' | 'lines' | 'code' | 'number' | 'switch' | 'choice' | 'json' | 'persona' | 'team'
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  readonly hint?: string
  /** What it is when it is absent. */
  readonly otherwise?: unknown
  /** Shown only while another parameter has one of these values. */
  readonly when?: { readonly path: string; readonly is: readonly unknown[]; readonly otherwise?: unknown }
}

const choice = (path: string, label: string, values: Readonly<Record<string, string>>, otherwise: string): FieldDescription => ({
  path,
  label,
  kind: 'choice',
  otherwise,
  choices: Object.entries(values).map(([value, words]) => ({ value, label: words })),
})
const text = (path: string, label: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  path,
  label,
  kind: 'text',
  otherwise: '',
  ...more,
})
const json = (path: string, label: string, hint?: string): FieldDescription => ({
  path,
  label,
  kind: 'json',
  ...(hint === undefined ? {} : { hint }),
})

const EXPRESSION = 'A text that begins with = holds expressions: ={{ $json.name }}'
const CONDITIONS = json('conditions', 'Conditions', 'Left and right value, operator, and how they are combined')

export const DESCRIPTIONS: Readonly<Partial<Record<TeamNode['kind'], readonly FieldDescription[]>>> = {
  persona: [
    { path: '', label: 'Persona', kind: 'persona' },
    { path: 'prompt', label: 'Prompt', kind: 'lines', hint: `${EXPRESSION}. Empty: the item’s text, or the whole item.`, otherwise: '' },
  ],
  subTeam: [
    { path: '', label: 'Team', kind: 'team' },
    choice('mode', 'Runs it', { once: 'once, with all items', each: 'for each item' }, 'once'),
  ],
  set: [
    choice('mode', 'Mode', { manual: 'Field by field', raw: 'As JSON' }, 'manual'),
    { path: 'jsonOutput', label: 'JSON', kind: 'lines', hint: EXPRESSION, when: { path: 'mode', is: ['raw'], otherwise: 'manual' } },
    {
      ...json('assignments.assignments', 'Fields', 'A list of {"name", "value", "type"}'),
      when: { path: 'mode', is: ['manual'], otherwise: 'manual' },
    },
    { path: 'includeOtherFields', label: 'Keep the other fields too', kind: 'switch', otherwise: false },
  ],
  code: [
    choice('mode', 'Runs', { runOnceForAllItems: 'once for all items', runOnceForEachItem: 'for each item' }, 'runOnceForAllItems'),
    { path: 'jsCode', label: 'JavaScript', kind: 'code', otherwise: '' },
  ],
  if: [CONDITIONS],
  filter: [CONDITIONS],
  switch: [
    choice('mode', 'Mode', { rules: 'By rules', expression: 'By an expression' }, 'rules'),
    json('rules', 'Rules'),
    text('output', 'Output', { hint: EXPRESSION, when: { path: 'mode', is: ['expression'], otherwise: 'rules' } }),
  ],
  merge: [
    choice(
      'mode',
      'Mode',
      { append: 'One after the other', combine: 'Combined', chooseBranch: 'One branch only', combineBySql: 'By SQL' },
      'append',
    ),
    {
      ...choice(
        'combineBy',
        'Combined by',
        { combineByFields: 'Fields that agree', combineByPosition: 'Their place', combineAll: 'All with all' },
        'combineByFields',
      ),
      when: { path: 'mode', is: ['combine'], otherwise: 'append' },
    },
    text('fieldsToMatchString', 'Fields that must agree', { when: { path: 'mode', is: ['combine'], otherwise: 'append' } }),
    { path: 'numberInputs', label: 'Inputs', kind: 'number', otherwise: 2 },
  ],
  wait: [
    choice(
      'resume',
      'Waits for',
      { timeInterval: 'A time', specificTime: 'A moment', webhook: 'A request', form: 'A form', approval: 'An approval' },
      'timeInterval',
    ),
    {
      path: 'amount',
      label: 'How long',
      kind: 'number',
      otherwise: 5,
      when: { path: 'resume', is: ['timeInterval'], otherwise: 'timeInterval' },
    },
    {
      ...choice('unit', 'Unit', { seconds: 'Seconds', minutes: 'Minutes', hours: 'Hours', days: 'Days' }, 'seconds'),
      when: { path: 'resume', is: ['timeInterval'], otherwise: 'timeInterval' },
    },
    text('dateTime', 'Until', { when: { path: 'resume', is: ['specificTime'], otherwise: 'timeInterval' } }),
    text('question', 'Question', { when: { path: 'resume', is: ['approval'], otherwise: 'timeInterval' } }),
  ],
  loop: [{ path: 'batchSize', label: 'Items at a time', kind: 'number', otherwise: 1 }],
  splitOut: [
    text('fieldToSplitOut', 'List to split'),
    choice('include', 'Other fields', { noOtherFields: 'None', allOtherFields: 'All', selectedOtherFields: 'Some' }, 'noOtherFields'),
  ],
  aggregate: [
    choice(
      'aggregate',
      'Makes',
      { aggregateIndividualFields: 'A list of each field', aggregateAllItemData: 'One list of items' },
      'aggregateIndividualFields',
    ),
    json('fieldsToAggregate.fieldToAggregate', 'Fields'),
  ],
  sort: [json('sortFieldsUi.sortField', 'By', 'A list of {"fieldName", "order"}')],
  limit: [
    { path: 'maxItems', label: 'Items', kind: 'number', otherwise: 1 },
    choice('keep', 'Keeps', { firstItems: 'The first', lastItems: 'The last' }, 'firstItems'),
  ],
  http: [
    choice('method', 'Method', { GET: 'GET', POST: 'POST', PUT: 'PUT', PATCH: 'PATCH', DELETE: 'DELETE', HEAD: 'HEAD' }, 'GET'),
    text('url', 'Address', { hint: EXPRESSION }),
    { path: 'sendQuery', label: 'With a query', kind: 'switch', otherwise: false },
    {
      ...json('queryParameters.parameters', 'Query', 'A list of {"name", "value"}'),
      when: { path: 'sendQuery', is: [true], otherwise: false },
    },
    { path: 'sendHeaders', label: 'With headers', kind: 'switch', otherwise: false },
    {
      ...json('headerParameters.parameters', 'Headers', 'A list of {"name", "value"}'),
      when: { path: 'sendHeaders', is: [true], otherwise: false },
    },
    { path: 'sendBody', label: 'With a body', kind: 'switch', otherwise: false },
    { path: 'jsonBody', label: 'Body (JSON)', kind: 'lines', hint: EXPRESSION, when: { path: 'sendBody', is: [true], otherwise: false } },
  ],
  respond: [
    choice(
      'respondWith',
      'Answers with',
      {
        firstIncomingItem: 'The first item',
        allIncomingItems: 'All items',
        json: 'JSON',
        text: 'Text',
        noData: 'Nothing',
        redirect: 'A redirect',
      },
      'firstIncomingItem',
    ),
    {
      path: 'responseBody',
      label: 'Body',
      kind: 'lines',
      hint: EXPRESSION,
      otherwise: '',
      when: { path: 'respondWith', is: ['json', 'text'], otherwise: 'firstIncomingItem' },
    },
    { path: 'options.responseCode', label: 'Status', kind: 'number', otherwise: 200 },
  ],
  stopWithError: [text('errorMessage', 'Message', { hint: EXPRESSION })],
  emit: [text('event', 'Event', { otherwise: 'team.said' })],
  fileReadWrite: [
    choice('operation', 'Does', { read: 'Read', write: 'Write' }, 'read'),
    text('fileSelector', 'File'),
    text('fileName', 'File name'),
  ],
}

export function valueAt(from: unknown, path: string): unknown {
  let value = from
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

/** The same with one value put in; what lies between is made. Paths are ours, never a file's. */
export function withValue(from: Readonly<Record<string, unknown>>, path: string, value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = path.split('.')
  if (rest.length === 0) return { ...from, [first]: value }
  const inner = Object.hasOwn(from, first) ? from[first] : undefined
  const bag = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Record<string, unknown>) : {}
  return { ...from, [first]: withValue(bag, rest.join('.'), value) }
}
