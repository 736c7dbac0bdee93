import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  {
    name: 'path',
    label: 'Folder',
    kind: 'path',
    required: true,
    default: '~',
    help: 'Where to look; other disks mounted inside are left out',
  },
  { name: 'top', label: 'Lines', kind: 'number', default: '12', help: 'How many folders and files to list' },
  {
    name: 'min_free_percent',
    label: 'Keep free, in percent',
    kind: 'number',
    default: '10',
    help: 'Less than this needs you; 0 never does',
  },
  { name: 'max_gb', label: 'Most that the folder may hold, in GB', kind: 'number', default: '0', help: '0 sets no bound' },
  {
    name: 'max_seconds',
    label: 'Time limit, in seconds',
    kind: 'number',
    default: '300',
    help: 'Ends the look, and says that it is not complete',
  },
]

export const diskGuardian: TemplateInput = {
  id: 'disk-guardian',
  name: 'Disk guardian',
  summary: 'Finds what fills a disk: the largest folders and files, what grew since the last look, and whether enough is free.',
  icon: 'disk',
  colour: 'teal',
  category: 'Your machine',
  needs: [],
  doc: {
    name: 'Disk guardian',
    summary: 'Finds what fills a disk, and what grew since the last look.',
    icon: 'disk',
    colour: 'teal',
    group: 'Your machine',
    tags: ['disk'],
    sections: howItWorks(
      'Adds up the folder without following links or leaving its disk, and remembers the sizes in this persona’s workspace, so that the next run tells what grew. It changes nothing.\n\nA run fails (exit code 1) when less is free, or more is in the folder, than you allow: a guardian that ends green then would not be seen.',
    ),
    parameters,
    body: shippedProgram('disk-guardian', parameters),
    limits: { concurrency: 1, timeoutMs: 15 * 60_000 },
  },
  firstRun: { input: '', params: { path: '~', max_seconds: '45' } },
}
