/** The personas that ship as templates, in the order in which they are offered: first what needs nothing but this machine. */
import type { TemplateInput } from '../template.ts'
import { backupVerifier } from './backup-verifier.ts'
import { certificateCheck } from './certificate-check.ts'
import { codeReviewer } from './code-reviewer.ts'
import { diskGuardian } from './disk-guardian.ts'
import { downloadsSorter } from './downloads-sorter.ts'
import { duplicateFinder } from './duplicate-finder.ts'
import { folderChanges } from './folder-changes.ts'
import { inboxTriage } from './inbox-triage.ts'
import { logWatcher } from './log-watcher.ts'
import { meetingActions } from './meeting-actions.ts'
import { releaseNotes } from './release-notes.ts'
import { repositoryCheck } from './repository-check.ts'
import { secretScanner } from './secret-scanner.ts'
import { tableAnalyst } from './table-analyst.ts'
import { webReader } from './web-reader.ts'

export const TEMPLATES: readonly TemplateInput[] = [
  diskGuardian,
  downloadsSorter,
  logWatcher,
  backupVerifier,
  duplicateFinder,
  folderChanges,
  repositoryCheck,
  secretScanner,
  certificateCheck,
  meetingActions,
  codeReviewer,
  inboxTriage,
  releaseNotes,
  webReader,
  tableAnalyst,
]
