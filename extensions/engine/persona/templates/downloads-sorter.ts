import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  { name: 'path', label: 'Folder', kind: 'path', help: 'Empty means your downloads folder' },
  {
    name: 'by',
    label: 'Sort by',
    kind: 'choice',
    choices: ['kind', 'month', 'kind-and-month'],
    default: 'kind',
    help: 'What the sub-folders stand for',
  },
  { name: 'apply', label: 'Move the files', kind: 'boolean', default: 'false', help: 'Off only shows the plan' },
  {
    name: 'older_than_minutes',
    label: 'Only files older than, in minutes',
    kind: 'number',
    default: '10',
    help: 'Leaves alone what may still be in use',
  },
  { name: 'undo', label: 'Take back', kind: 'text', help: '"last" takes the last moves back; or the name of an undo log' },
]

export const downloadsSorter: TemplateInput = {
  id: 'downloads-sorter',
  name: 'Downloads sorter',
  summary: 'Sorts the loose files of your downloads folder into sub-folders. Shows a plan first, never overwrites, and can take it back.',
  icon: 'folder',
  colour: 'blue',
  category: 'Your machine',
  needs: [],
  doc: {
    name: 'Downloads sorter',
    summary: 'Sorts loose files into folders; a plan first, moves only when you say so.',
    icon: 'folder',
    colour: 'blue',
    group: 'Your machine',
    tags: ['files'],
    sections: howItWorks(
      'Looks only at files that lie directly in the folder; sub-folders, links, hidden files and unfinished downloads stay. With “Move the files” off it shows the plan and changes nothing.\n\nA name that is taken gets a number; nothing is ever replaced. Every move is written to an undo log in this persona’s workspace before it is made. “Take back: last” undoes the last sorting.',
    ),
    parameters,
    body: shippedProgram('downloads-sorter', parameters),
    limits: { concurrency: 1 },
  },
  firstRun: { input: '', params: { apply: 'false' } },
}
