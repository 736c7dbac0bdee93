import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  { name: 'path', label: 'Folder', kind: 'path', required: true, default: '~', help: 'Where to look' },
  { name: 'min_kb', label: 'Only files from, in kB', kind: 'number', default: '100', help: 'Smaller files are left out' },
  { name: 'top', label: 'Groups', kind: 'number', default: '20', help: 'How many groups to list, the most wasteful first' },
  {
    name: 'tool_folders',
    label: 'Also tool folders',
    kind: 'boolean',
    default: 'false',
    help: 'Looks into node_modules, .git and the like too',
  },
  {
    name: 'max_seconds',
    label: 'Time limit, in seconds',
    kind: 'number',
    default: '540',
    help: 'Ends the look, and says that it is not complete',
  },
]

export const duplicateFinder: TemplateInput = {
  id: 'duplicate-finder',
  name: 'Duplicate finder',
  summary: 'Finds files with exactly the same content and tells how much room they waste. Deletes nothing.',
  icon: 'search',
  colour: 'violet',
  category: 'Your machine',
  needs: [],
  doc: {
    name: 'Duplicate finder',
    summary: 'Finds files with the same content, the most wasteful first.',
    icon: 'search',
    colour: 'violet',
    group: 'Your machine',
    tags: ['disk', 'files'],
    sections: howItWorks(
      'Compares sizes first, then the beginnings, then the whole content (SHA-256). Two names of one file (hard links) take no room twice and are not reported. In each group the oldest file comes first.\n\nExit code 1 means that duplicates were found; that is what you asked for, so the run succeeds.',
    ),
    parameters,
    body: shippedProgram('duplicate-finder', parameters, { okExitCodes: [0, 1] }),
    limits: { concurrency: 1, timeoutMs: 15 * 60_000 },
  },
  firstRun: { input: '', params: { path: '~', max_seconds: '45' } },
}
