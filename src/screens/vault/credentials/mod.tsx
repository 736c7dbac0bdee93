/** The credentials: their list, one of them, and what adds, imports and exports them. */
import { useNavigate, useParams } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import type { CredentialRow, VaultStatus } from '#contract'
import { AddDialog } from './add-dialog.tsx'
import { CredentialScreen } from './credential-screen.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { CredentialList } from './list.tsx'

export function Credentials(props: { readonly status: VaultStatus }) {
  const params = useParams()
  const go = useNavigate()
  const [adding, setAdding] = createSignal(false)
  const [importing, setImporting] = createSignal(false)
  const [exporting, setExporting] = createSignal(false)
  const open = () => props.status.state === 'open'
  const show = (row: Pick<CredentialRow, 'id'>) => go(`/vault/credentials/${encodeURIComponent(row.id)}`)
  return (
    <>
      <Show
        when={params.id}
        keyed
        fallback={
          <CredentialList
            open={open()}
            onOpen={show}
            onAdd={() => setAdding(true)}
            onImport={() => setImporting(true)}
            onExport={() => setExporting(true)}
          />
        }
      >
        {(id) => <CredentialScreen id={decodeURIComponent(id)} open={open()} onBack={() => go('/vault/credentials')} />}
      </Show>
      <AddDialog open={adding()} onOpenChange={setAdding} onAdded={show} />
      <ImportDialog open={importing()} onOpenChange={setImporting} />
      <ExportDialog open={exporting()} onOpenChange={setExporting} />
    </>
  )
}
