import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  { name: 'path', label: 'Folder', kind: 'path', required: true, default: '~', help: 'Where to look' },
  { name: 'ignore', label: 'Leave out', kind: 'text', help: 'Names of files and folders, apart by commas; * stands for anything' },
  {
    name: 'sure',
    label: 'Only what is sure',
    kind: 'boolean',
    default: 'false',
    help: 'Only shapes that have few other meanings, such as private keys',
  },
  { name: 'max_file_kb', label: 'Largest file, in kB', kind: 'number', default: '2000', help: 'Larger files are left out, and counted' },
  { name: 'list', label: 'Lines', kind: 'number', default: '40', help: 'How many findings of each kind to list' },
  {
    name: 'max_seconds',
    label: 'Time limit, in seconds',
    kind: 'number',
    default: '540',
    help: 'Ends the look, and says that it is not complete',
  },
]

export const secretScanner: TemplateInput = {
  id: 'secret-scanner',
  name: 'Secret scanner',
  summary: 'Finds keys, tokens and passwords that lie about in files. Shows where and what kind, never any part of the secret.',
  icon: 'shield',
  colour: 'red',
  category: 'Code',
  needs: [],
  doc: {
    name: 'Secret scanner',
    summary: 'Finds keys, tokens and passwords in files without ever printing them.',
    icon: 'shield',
    colour: 'red',
    group: 'Code',
    tags: ['security'],
    sections: howItWorks(
      'Reads text files below the folder (not node_modules, .git and caches) and looks for the known shapes of keys and tokens, and for values that are assigned to names like “password”. The report has file, line and kind only, so it is safe to keep.\n\nExit code 1 means that something was found; the run succeeds either way. Before a commit you may want it to fail: take 1 out of the accepted exit codes.',
    ),
    parameters,
    body: shippedProgram('secret-scanner', parameters, { okExitCodes: [0, 1] }),
    limits: { concurrency: 1, timeoutMs: 15 * 60_000 },
  },
  firstRun: { input: '', params: { path: '~', sure: 'true', max_seconds: '45' } },
}
