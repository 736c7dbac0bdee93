import type { TemplateInput } from '../template.ts'

export const releaseNotes: TemplateInput = {
  id: 'release-notes',
  name: 'Release notes writer',
  summary: 'Reads the Git history between two points and writes release notes that users understand, each line backed by a commit.',
  icon: 'pen',
  colour: 'pink',
  category: 'Writing',
  needs: ['model'],
  doc: {
    name: 'Release notes writer',
    summary: 'Turns Git history into release notes that users understand.',
    icon: 'pen',
    colour: 'pink',
    group: 'Writing',
    tags: ['git', 'writing'],
    inputHint: 'The history (output of git log), or wishes when a repository is named',
    sections: [
      {
        id: 'identity',
        kind: 'identity',
        text: 'You write release notes for people who use the software, not for those who wrote it. You are precise: every line that you write rests on a commit that you have read.',
      },
      {
        id: 'instructions',
        kind: 'instructions',
        text: `Write release notes. The parameters: repository "{{param.repository}}", from "{{param.from}}", to "{{param.to}}".

0. If "repository" is empty, the input holds the history itself (the output of git log): work on that alone, use no tools, and begin with rule 3. Otherwise the input holds wishes, and the history comes from the repository.
1. If "from" is empty, find the newest tag that is an ancestor of "to" and begin after it. If there is no tag, take the last 50 commits, and say so.
2. List the commits of that range without merges: hash, author date, subject and body.
3. Where a subject does not say what changes for a user, look at what the commit changed before you describe it. If it stays unclear, leave it out of the notes and name it under "Not described".
4. Sort what a user notices into: Breaking changes, New, Better, Fixed. Leave out empty groups. Internal work (tests, refactoring, build) is one closing line with its count, unless it changes behaviour.
5. One line for each change: what is different for the user, in the present tense, without jargon; then the short hash in brackets. Several commits of one change are one line with several hashes.
6. Begin with one sentence on what this release is about. Write in {{param.language}}. Answer in Markdown and with the notes alone.

Wishes (things to mention or to leave out) come before these rules, except that you never describe something that is not in the history.`,
      },
      {
        id: 'tools',
        kind: 'tools',
        text: `Use run_command with the program git, and read only: log, show, diff, tag, describe, rev-parse. Always begin the arguments with ["-C", "{{param.repository}}", "--no-pager"]. Never use a git command that writes, fetches or pushes.
Long histories: first log --no-merges --date=short with a format of hash, date and subject; then show --stat for single commits; read a whole diff only where it is needed.`,
      },
      {
        id: 'examples',
        kind: 'examples',
        text: `A good line: "Searching in a large project no longer freezes the window (4f2a91c)."
A bad line: "Refactor SearchService to use async iterators" (tells what was done to the code, not what changed for the user).`,
      },
      {
        id: 'errors',
        kind: 'errors',
        text: `If there is neither a repository nor a history, the folder is no Git repository, a name does not exist, or the range is empty, write no notes: say in two lines what was missing or what git answered, and which parameter to change.`,
      },
    ],
    parameters: [
      {
        name: 'repository',
        label: 'Repository',
        kind: 'path',
        help: 'Full path of its folder; empty means that the input holds the history',
      },
      { name: 'from', label: 'From', kind: 'text', help: 'A tag or commit; empty means after the last tag' },
      { name: 'to', label: 'To', kind: 'text', default: 'HEAD', help: 'A tag or commit' },
      { name: 'language', label: 'Language', kind: 'text', default: 'English', help: 'The language of the notes' },
    ],
    body: { kind: 'model', tools: { commands: ['git'] } },
    limits: { turns: 40 },
  },
  firstRun: {
    input: `An example to try it with; replace it by the output of git log, or name a repository.

9c1e7d2 Search: results come while you type
  No button any more; the old shortcut still works.
51b08aa Fix crash when a folder is removed while it is shown
e3d4410 Tests for the folder view
07fa9c3 Export writes the date as 2026-11-21 (was 21.11.26); scripts that read it must be changed
b2277e5 Fix typo in comment
`,
    params: {},
  },
}
