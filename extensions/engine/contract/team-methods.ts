/** The methods of teams; `methods.ts` puts them into the contract. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { keptImport } from './import.ts'
import { LIMITS } from './limits.ts'
import { docChange } from './persona.ts'
import { runRow } from './run.ts'
import { teamCard, teamDocument, teamItem, teamItems, teamRadius, teamRevisionRow, teamRow } from './team.ts'

const id = z.string().min(1).max(80)
const done = z.object({ done: z.literal(true) })
const flag = z.union([z.boolean(), z.stringbool()])
const message = z.string().max(LIMITS.revisionMessageChars).default('')
const revision = z.coerce.number().int().min(1)
const node = z.string().min(1).max(LIMITS.teamNodeNameChars)
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const teamMethods = {
  /** The newest change first: those in use, or with `archived` those in the archive. */
  list: get('/teams')
    .input(z.strictObject({ archived: flag.default(false) }).prefault({}))
    .output(z.array(teamCard)),
  get: get('/teams/{id}')
    .input(z.strictObject({ id, revision: revision.optional() }))
    .output(teamRow),
  /** INVALID when a name or an id occurs twice, or a link has no end. */
  create: post('/teams')
    .input(z.strictObject({ doc: teamDocument, message }))
    .output(teamRow),
  /** CONFLICT when `baseRevision` is no longer the current one. `saved` is false when nothing differs. */
  save: post('/teams/{id}/save')
    .input(z.strictObject({ id, doc: teamDocument, baseRevision: z.int().min(1), message }))
    .output(z.object({ saved: z.boolean(), team: teamRow })),
  revisions: get('/teams/{id}/revisions').input(z.strictObject({ id })).output(z.array(teamRevisionRow)),
  diff: get('/teams/{id}/diff')
    .input(z.strictObject({ id, from: revision, to: revision }))
    .output(z.object({ from: teamDocument, to: teamDocument, changes: z.array(docChange) })),
  restore: post('/teams/{id}/restore')
    .input(z.strictObject({ id, revision: z.int().min(1), message }))
    .output(teamRow),
  duplicate: post('/teams/{id}/duplicate').input(z.strictObject({ id })).output(teamRow),
  archive: post('/teams/{id}/archive')
    .input(z.strictObject({ id, archived: z.boolean() }))
    .output(teamRow),
  activate: post('/teams/{id}/activate')
    .input(z.strictObject({ id, active: z.boolean() }))
    .output(teamRow),
  blastRadius: get('/teams/{id}/blast-radius').input(z.strictObject({ id })).output(teamRadius),
  /** Removes it with its revisions. Its runs stay. REFUSED while runs of it have not ended. */
  remove: post('/teams/{id}/remove').input(z.strictObject({ id })).output(done),
  /**
   * Makes teams of the workflows in an n8n text: each with its personas asleep, itself not active, and its report. The same text gives
   * the same report as `import.plan`. INVALID for a text that holds none, or a place that it does not have.
   */
  import: post('/teams/import')
    .input(
      z.strictObject({
        text: z.string().max(LIMITS.n8nFileChars),
        /** Which of its workflows, by place from 0; all by default. */
        which: z.array(z.int().min(0)).max(1_000).optional(),
      }),
    )
    .output(z.array(z.object({ team: teamRow, import: keptImport }))),
  /** The report of the import that made it; null: it was not imported. */
  report: get('/teams/{id}/report').input(z.strictObject({ id })).output(keptImport.nullable()),
  /**
   * Queues a run of the team by hand. NOT_FOUND; INVALID for a start that it does not have, or when it has several and none was chosen;
   * WRONG_STATE for an archived team; FULL when the queue is.
   */
  run: post('/teams/{id}/run')
    .input(
      z.strictObject({
        id,
        revision: z.int().min(1).optional(),
        /** An unsaved document, tried in the team's name; the run then names no revision. */
        draft: teamDocument.optional(),
        /** The node to begin at, by name; by default its only start. */
        from: node.optional(),
        /** Ends, succeeded, when this node has run. */
        until: node.optional(),
        /** What the start gives; one empty item by default. */
        items: z.array(teamItem).max(10_000).optional(),
        /** Pinned nodes give their pinned items, and are not run. */
        pinned: z.boolean().default(true),
        /** An earlier run of this team: what it gave before the node `from` is kept, and it goes on there. */
        keep: id.optional(),
        priority: z.enum(['high', 'normal', 'low']).default('normal'),
      }),
    )
    .output(runRow),
  /**
   * Goes on with a team's run that waits at a node: with these items, with what the node had ready, or not, when an approval is denied.
   * WRONG_STATE: it does not wait.
   */
  goOn: post('/teams/runs/{runId}/go-on')
    .input(z.strictObject({ runId: id, approved: z.boolean().optional(), items: z.array(teamItem).max(10_000).optional() }))
    .output(runRow),
  /** The items that one output of a node gave in a run of a team; `run` counts the node's own runs from 0, the last one by default. */
  items: post('/teams/items')
    .input(
      z.strictObject({
        runId: id,
        node,
        run: z.int().min(0).optional(),
        output: z.int().min(0).max(LIMITS.teamPorts).default(0),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(LIMITS.pageRows).default(50),
      }),
    )
    .output(teamItems),
}
