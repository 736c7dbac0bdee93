import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  { name: 'source', label: 'What is backed up', kind: 'path', required: true, default: '~', help: 'A folder' },
  {
    name: 'backup',
    label: 'The backup',
    kind: 'path',
    help: 'The copy, or a checksum file; empty compares with the checksums of the last run',
  },
  {
    name: 'depth',
    label: 'Depth',
    kind: 'choice',
    choices: ['quick', 'sample', 'full'],
    default: 'sample',
    help: 'Sizes and times; some files read; all files read',
  },
  {
    name: 'sample_percent',
    label: 'Sample, in percent',
    kind: 'number',
    default: '10',
    help: 'How many of the files a sample reads; other ones each time',
  },
  {
    name: 'fresh_hours',
    label: 'Backed up every, in hours',
    kind: 'number',
    default: '24',
    help: 'Newer files need not be in the backup yet',
  },
  { name: 'list', label: 'Lines', kind: 'number', default: '20', help: 'How many findings of each kind to list' },
  {
    name: 'max_seconds',
    label: 'Time limit, in seconds',
    kind: 'number',
    default: '3000',
    help: 'Ends the check, and says that it is not complete',
  },
]

export const backupVerifier: TemplateInput = {
  id: 'backup-verifier',
  name: 'Backup verifier',
  summary: 'Checks that a backup is really there and whole: missing, cut short, damaged or out-of-date files. Or finds silent damage.',
  icon: 'archive',
  colour: 'indigo',
  category: 'Your machine',
  needs: [],
  doc: {
    name: 'Backup verifier',
    summary: 'Compares a backup with its source, a checksum file, or the last record.',
    icon: 'archive',
    colour: 'indigo',
    group: 'Your machine',
    tags: ['backup'],
    sections: howItWorks(
      'With a backup folder: every file of the source must be in it, as long and as new, and a sample (or all) must have the same content. With a checksum file (sha256sum and its kin): the files must match it.\n\nWith no backup named it records checksums in this persona’s workspace; from then on it finds files whose content changed although nobody wrote to them, which is how a failing disk looks. It changes nothing.\n\nA run fails (exit code 1) when something is missing, damaged or out of date.',
    ),
    parameters,
    body: shippedProgram('backup-verifier', parameters),
    limits: { concurrency: 1, timeoutMs: 60 * 60_000 },
  },
  firstRun: { input: '', params: { source: '~', max_seconds: '30' } },
}
