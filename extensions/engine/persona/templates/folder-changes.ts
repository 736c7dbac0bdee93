import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  { name: 'path', label: 'Folder', kind: 'path', required: true, default: '~', help: 'Where to look' },
  { name: 'ignore', label: 'Leave out', kind: 'text', help: 'Names apart by commas; * stands for anything (*.tmp)' },
  {
    name: 'tool_folders',
    label: 'Also tool folders',
    kind: 'boolean',
    default: 'false',
    help: 'Looks into node_modules, .git, caches and the like too',
  },
  { name: 'list', label: 'Lines', kind: 'number', default: '15', help: 'How many changes of each kind to list' },
  { name: 'remember', label: 'Move the mark', kind: 'boolean', default: 'true', help: 'Off compares with the same state again next time' },
]

export const folderChanges: TemplateInput = {
  id: 'folder-changes',
  name: 'Folder changes',
  summary: 'Tells what is new, changed, moved or gone in a folder since the last look.',
  icon: 'clock',
  colour: 'green',
  category: 'Your machine',
  needs: [],
  doc: {
    name: 'Folder changes',
    summary: 'What is new, changed, moved or gone since the last look.',
    icon: 'clock',
    colour: 'green',
    group: 'Your machine',
    tags: ['files'],
    sections: howItWorks(
      'The first run keeps a list of the files (names, sizes, times) in this persona’s workspace; every later run compares with it and moves the mark. A file that went and one that came with the same size and time count as moved. What cannot be read is reported, and never counts as gone.\n\nExit code 1 means that something changed; the run succeeds either way.',
    ),
    parameters,
    body: shippedProgram('folder-changes', parameters, { okExitCodes: [0, 1] }),
    limits: { concurrency: 1 },
  },
  firstRun: { input: '', params: { path: '~' } },
}
