/** How each kind of node looks and what it is called when it is made; what can be added, in the order of the palette. */
import type { TeamNode } from '#contract'

export type Family = 'start' | 'persona' | 'flow' | 'data' | 'world' | 'other'

export interface KindLook {
  readonly label: string
  /** Two or three signs on its card. */
  readonly sign: string
  readonly family: Family
  /** The newest version whose rules the engine has; undefined: it cannot be added by hand. */
  readonly version?: number
  readonly words: string
}

const look = (label: string, sign: string, family: Family, version: number | undefined, words: string): KindLook => ({
  label,
  sign,
  family,
  words,
  ...(version === undefined ? {} : { version }),
})

export const KIND_LOOKS: Readonly<Record<TeamNode['kind'], KindLook>> = {
  manualStart: look('By hand', '▶', 'start', 1, 'Starts when a person says so'),
  scheduleStart: look('Schedule', '◷', 'start', 1.2, 'Starts at times'),
  webhookStart: look('Webhook', '⇥', 'start', 2, 'Starts with a request'),
  formStart: look('Form', '☰', 'start', 2.2, 'Starts with a form that somebody fills in'),
  chatStart: look('Chat', '…', 'start', 1.1, 'Starts with a message'),
  subTeamStart: look('As a sub-team', '↳', 'start', 1.1, 'Starts when another team asks'),
  errorStart: look('On an error', '!', 'start', 1, 'Starts when a run of another team fails'),
  persona: look('Persona', '☻', 'persona', 1, 'A persona works on each item'),
  subTeam: look('Sub-team', '⧉', 'persona', 1.2, 'Runs another team'),
  if: look('If', '?', 'flow', 2.2, 'Parts the items by conditions'),
  switch: look('Switch', '⑂', 'flow', 3.2, 'Sends items to one of several outputs'),
  filter: look('Filter', '▽', 'flow', 2.2, 'Keeps the items that meet conditions'),
  merge: look('Merge', '⋎', 'flow', 3.1, 'Brings branches together'),
  loop: look('Loop over items', '↻', 'flow', 3, 'Works on some items at a time'),
  wait: look('Wait', '⏸', 'flow', 1.1, 'Waits for a time, an approval or a request'),
  stopWithError: look('Stop with an error', '✕', 'flow', 1, 'Ends the run as failed'),
  noOp: look('Nothing', '·', 'flow', 1, 'Hands its items on'),
  respond: look('Respond', '⇤', 'flow', 1.4, 'Answers the webhook'),
  emit: look('Emit event', '◉', 'flow', 1, 'Says an event on the bus'),
  set: look('Set fields', '✎', 'data', 3.4, 'Sets, keeps or drops fields'),
  code: look('Code', '{}', 'data', 2, 'JavaScript in a sandbox'),
  splitOut: look('Split out', '⋔', 'data', 1, 'One item for each entry of a list'),
  aggregate: look('Aggregate', '∑', 'data', 1, 'Many items into one'),
  summarize: look('Summarise', 'Σ', 'data', 1.1, 'Counts, sums and groups'),
  sort: look('Sort', '⇅', 'data', 1, 'Puts items in order'),
  limit: look('Limit', '⊤', 'data', 1, 'Keeps the first or last items'),
  removeDuplicates: look('Remove duplicates', '≠', 'data', 2, 'Keeps one of each'),
  compare: look('Compare', '≟', 'data', 2.3, 'Compares two lists'),
  rename: look('Rename fields', 'Aa', 'data', 1, 'Gives fields other names'),
  itemLists: look('Item lists', '☷', 'data', 3.1, 'Several list operations'),
  dateTime: look('Date and time', '◔', 'data', 2, 'Reckons with times'),
  crypto: look('Crypto', '#', 'data', 1, 'Hashes, signatures, random values'),
  html: look('HTML', '<>', 'data', 1.2, 'Reads and writes HTML'),
  htmlExtract: look('HTML extract', '<>', 'data', undefined, 'Reads HTML'),
  xml: look('XML', '</', 'data', 1, 'Reads and writes XML'),
  markdown: look('Markdown', 'M↓', 'data', 1, 'Markdown and HTML'),
  extractFromFile: look('Read a file’s content', '⇩', 'data', 1, 'CSV, JSON, spreadsheets and more'),
  convertToFile: look('Make a file', '⇧', 'data', 1.1, 'CSV, JSON, spreadsheets and more'),
  spreadsheet: look('Spreadsheet', '▦', 'data', 2, 'Reads and writes tables'),
  moveBinary: look('Move binary data', '01', 'data', 1.1, 'Between files and fields'),
  fileReadWrite: look('Files', '▤', 'world', 1, 'Files of the team’s folder'),
  http: look('HTTP request', '⇄', 'world', 4.2, 'Asks a server'),
  runData: look('Run data', 'i', 'other', undefined, 'Facts of the run'),
  function: look('Function', 'ƒ', 'other', undefined, 'Older code for all items'),
  functionItem: look('Function item', 'ƒ', 'other', undefined, 'Older code for each item'),
  placeholder: look('Placeholder', '◌', 'other', undefined, 'Stands for a node that Troupe cannot run'),
  note: look('Note', '✐', 'other', undefined, 'A note'),
}
