/**
 * One workflow of a file as a team, its personas and its report. Nothing is dropped without a word: every node, wire, setting and
 * parameter is in the team, in the report, or in both.
 */
import { IMPORT_OUTCOMES, type ImportedNode, type ImportedWorkflow, type ImportOutcome, type TeamLink, teamDocument } from '#contract'
import { LIMITS } from '#contract/plain'
import { factsOf, type TypeFacts } from './catalogue.ts'
import { codeFindings } from './code-findings.ts'
import { credentialsOf } from './credentials.ts'
import { type Findings, makeFindings } from './findings.ts'
import { readLinks } from './links.ts'
import { type RawNode, readNodes } from './nodes.ts'
import { type Becomes, becomes, isEmptyCode, isPython, type KindOfType } from './outcome.ts'
import { clusterOf, personaOf } from './personas.ts'
import { type Bag, type FoundWorkflow, isBag } from './reading.ts'
import { withoutSecrets } from './secrets.ts'
import { settingsOf } from './settings.ts'
import { startOf } from './starts.ts'
import { pinnedItems, teamNodeOf, teamNoteOf } from './team-node.ts'

interface Known {
  readonly node: RawNode
  readonly facts: TypeFacts
  readonly becomes: Becomes
  readonly parameters: Bag
}

export function importWorkflow({ raw, wrapping }: FoundWorkflow, mended: readonly string[], kindOf: KindOfType): ImportedWorkflow {
  const findings = makeFindings()
  for (const words of mended) findings.add('mended-file', null, words)
  if (wrapping !== '') findings.add('mended-file', null, `The workflow was taken out of what it was wrapped in (${wrapping}).`)
  const list = raw.nodes as readonly unknown[]
  if (list.length > LIMITS.teamNodes) {
    findings.add(
      'too-many-nodes',
      null,
      `The file has ${list.length} nodes; the first ${LIMITS.teamNodes} are taken, the others are left out.`,
    )
  }
  const nodes = readNodes(list, findings)
  const { links, counts } = readLinks(raw.connections, nodes, findings)
  const known = judged(nodes, links, kindOf, findings)
  const { settings, timeZone } = settingsOf(raw, findings)
  const starts = known.filter(({ facts }) => facts.class === 'start').map(({ node, facts }) => startOf(node, facts.short, timeZone))
  if (starts.length === 0 && known.length > 0) findings.add('no-start', null, 'Nothing starts it. Run it by hand from its first node.')
  const team = teamDocument.parse({
    name: nameOf(raw),
    summary: isBag(raw.meta) && typeof raw.meta.description === 'string' ? raw.meta.description.slice(0, 2_000) : '',
    nodes: known
      .filter(({ facts }) => facts.class !== 'note')
      .map(({ node, becomes: { kind }, parameters }) => teamNodeOf(node, kind, parameters)),
    links,
    notes: known.filter(({ facts }) => facts.class === 'note').map(({ node }) => teamNoteOf(node)),
    settings,
    pinned: pinnedOf(raw, nodes, findings),
    tags: tagsOf(raw),
    origin: restOfWorkflow(raw),
  })
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const report = known.map(reported)
  const outcomes = Object.fromEntries(
    IMPORT_OUTCOMES.map((one) => [one, report.filter(({ outcome }) => outcome === one).length]),
  ) as Record<ImportOutcome, number>
  return {
    team,
    personas: known.filter((one) => one.becomes.outcome === 'persona').map(({ node }) => personaOf(node, clusterOf(node, links, byId))),
    nodes: report,
    starts,
    credentials: known.flatMap(({ node }) => credentialsOf(node)),
    findings: [...findings.list],
    counts: {
      nodes: list.length,
      imported: known.length,
      reported: list.length - known.length,
      links: counts.given,
      linksKept: counts.kept,
      linksDangling: counts.dangling,
      outcomes,
    },
    runnable: outcomes.credential + outcomes.persona + outcomes.part + outcomes.placeholder === 0 && known.length > 0,
  }
}

/** Each node with its class and outcome. A part counts as folded when the root that it hands itself to became a persona. */
function judged(nodes: readonly RawNode[], links: readonly TeamLink[], kindOf: KindOfType, findings: Findings): readonly Known[] {
  const onMain = new Set<string>()
  const asPart = new Set<string>()
  for (const { from, to, kind } of links) {
    if (kind === 'main') {
      onMain.add(from.node)
      onMain.add(to.node)
    } else asPart.add(from.node)
  }
  const facts = new Map(
    nodes.map((node) => [
      node.id,
      node.type === null
        ? ({ class: 'invalid', short: '', baseType: '' } satisfies TypeFacts)
        : factsOf(node.type, asPart.has(node.id), onMain.has(node.id)),
    ]),
  )
  const folded = foldedParts(nodes, links, (node) => {
    const one = facts.get(node.id)
    return one?.class === 'persona' && becomes(node, one, false, kindOf).outcome === 'persona'
  })
  return nodes.map((node) => {
    const one = facts.get(node.id) ?? { class: 'invalid', short: '', baseType: '' }
    const { parameters, found } = withoutSecrets(node.parameters)
    for (const { path, what } of found) {
      findings.add(
        'secret-in-text',
        node.name,
        `${path} holds ${what}. It was taken out of the team: put it into the vault, and grant it to who needs it.`,
      )
    }
    nodeFindings(node, one, findings)
    return { node, facts: one, becomes: becomes(node, one, folded.has(node.id), kindOf), parameters }
  })
}

function foldedParts(nodes: readonly RawNode[], links: readonly TeamLink[], isPersona: (node: RawNode) => boolean): ReadonlySet<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return new Set(nodes.filter(isPersona).flatMap((root) => clusterOf(root, links, byId).map(({ node }) => node.id)))
}

function nodeFindings(node: RawNode, facts: TypeFacts, findings: Findings): void {
  const { name, raw } = node
  if (facts.class === 'unknown') findings.add('unknown-type', name, `There is no node of the type “${node.type}”.`)
  if (facts.class === 'community') findings.add('community-type', name, `“${node.type}” comes from a community package.`)
  if (facts.class === 'loose-part') findings.add('loose-part', name, 'It is meant to be part of a persona, and is connected to none.')
  if (facts.short === 'code' && isPython(node)) findings.add('python-code', name, 'Its code is Python, which Troupe does not run.')
  if (isEmptyCode(node, facts)) findings.add('empty-code', name, 'The template ships without its code: there is none in the file.')
  if (facts.short === 'executeWorkflow' || facts.short === 'toolWorkflow') {
    findings.add('missing-sub-team', name, 'It calls a workflow that is not in this file. Import that one, and choose it here.')
  }
  if (raw.disabled === true) findings.add('disabled', name, 'It is switched off: its input passes through.')
  codeFindings(node, facts, findings)
}

function reported({ node, facts, becomes: { outcome, words } }: Known): ImportedNode {
  return { at: node.at, name: node.name, type: node.type, version: node.version, class: facts.class, outcome, words }
}

function nameOf(raw: Bag): string {
  const name = typeof raw.name === 'string' ? raw.name.trim() : ''
  return name.slice(0, LIMITS.teamNodeNameChars) || 'Imported team'
}

function tagsOf(raw: Bag): string[] {
  const tags = (Array.isArray(raw.tags) ? raw.tags : []).flatMap((tag) => {
    const name = isBag(tag) ? tag.name : tag
    return typeof name === 'string' && name !== '' ? [name.slice(0, LIMITS.tagChars)] : []
  })
  return tags.slice(0, LIMITS.tags)
}

function pinnedOf(raw: Bag, nodes: readonly RawNode[], findings: Findings) {
  const pins = isBag(raw.pinData) ? raw.pinData : {}
  const pinned = new Map<string, NonNullable<ReturnType<typeof pinnedItems>>>()
  for (const [name, value] of Object.entries(pins)) {
    const node = nodes.find((one) => one.givenName === name)
    const items = pinnedItems(value)
    if (!node || !items) {
      findings.add(
        'pinned',
        null,
        `Sample data is pinned to “${name.slice(0, 80)}”, which is not among the nodes; it is kept with the file’s rest.`,
      )
      continue
    }
    if (items.length > 0) findings.add('pinned', node.name, `${items.length} sample items are pinned to it: a test run takes those.`)
    pinned.set(node.id, items)
  }
  return Object.fromEntries(pinned)
}

const TEAM_FIELDS: ReadonlySet<string> = new Set(['name', 'nodes', 'connections', 'settings', 'pinData'])

/** Everything of the workflow that the team has no word for, for the way back. */
function restOfWorkflow(raw: Bag): Bag {
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !TEAM_FIELDS.has(key)))
}
