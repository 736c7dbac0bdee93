import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  { name: 'path', label: 'Log file or folder', kind: 'path', help: 'Empty means the input, or else the newest logs of this machine' },
  {
    name: 'patterns',
    label: 'Patterns',
    kind: 'text',
    default: 'error, warn, fail, fatal, denied, timeout',
    help: 'Words apart by commas; /between slashes/ a regular expression',
  },
  { name: 'ignore', label: 'Ignore', kind: 'text', help: 'Lines with one of these words do not count' },
  { name: 'last', label: 'Last lines', kind: 'number', default: '8', help: 'How many of the last matching lines to show' },
  {
    name: 'only_new',
    label: 'Only what is new',
    kind: 'boolean',
    default: 'false',
    help: 'Looks only at what was written since the last run',
  },
  { name: 'max_mb', label: 'Most to read of each file, in MB', kind: 'number', default: '64', help: 'The end of a larger file is read' },
  { name: 'alarm_at', label: 'Alarm at', kind: 'number', default: '0', help: 'This many matching lines need you; 0 never does' },
]

export const logWatcher: TemplateInput = {
  id: 'log-watcher',
  name: 'Log watcher',
  summary: 'Counts errors and warnings in logs, finds the minutes in which they burst, and shows the last lines.',
  icon: 'log',
  colour: 'amber',
  category: 'Your machine',
  needs: [],
  doc: {
    name: 'Log watcher',
    summary: 'Counts patterns in logs, finds bursts, shows the last matching lines.',
    icon: 'log',
    colour: 'amber',
    group: 'Your machine',
    tags: ['logs'],
    inputHint: 'Log text to look through; leave it empty to read files',
    sections: howItWorks(
      'Reads a log file, the newest logs of a folder, or the text that you give as input. Of a huge file only the end is read, and the report says so. With “Only what is new” it remembers how far it read, and notices when a log was rotated.\n\nA run fails (exit code 1) only when you set an alarm and it is reached.',
    ),
    parameters,
    body: shippedProgram('log-watcher', parameters, { stdin: 'input' }),
    limits: { concurrency: 1 },
  },
  firstRun: { input: '', params: {} },
}
