import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  { name: 'path', label: 'Folder', kind: 'path', required: true, default: '~', help: 'The folder that holds your repositories' },
  { name: 'levels', label: 'How deep', kind: 'number', default: '4', help: 'How many folders deep to look for repositories' },
  { name: 'untracked', label: 'Count untracked files', kind: 'boolean', default: 'true', help: 'Files that Git does not know' },
  { name: 'clean', label: 'List the clean ones', kind: 'boolean', default: 'false', help: 'Also names the repositories without findings' },
]

export const repositoryCheck: TemplateInput = {
  id: 'repository-check',
  name: 'Repository check',
  summary: 'Looks through your Git repositories for work that exists nowhere else: uncommitted, unpushed, stashed.',
  icon: 'git',
  colour: 'orange',
  category: 'Code',
  needs: [],
  doc: {
    name: 'Repository check',
    summary: 'Finds uncommitted, unpushed and stashed work in a folder of repositories.',
    icon: 'git',
    colour: 'orange',
    group: 'Code',
    tags: ['git'],
    sections: howItWorks(
      'Asks Git (which must be installed) for the state of every repository below the folder. It fetches nothing, so “pushed” means pushed as far as this machine knows. Hooks and monitors of the repositories are not started. It changes nothing.\n\nExit code 1 means that something was found; the run succeeds either way.',
    ),
    parameters,
    body: shippedProgram('repository-check', parameters, { okExitCodes: [0, 1] }),
    limits: { concurrency: 1 },
  },
  firstRun: { input: '', params: { path: '~' } },
}
