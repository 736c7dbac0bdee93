/** What the credential part of the vault does, for its routes and for lending. */
import type {
  AttachmentRow,
  ConnectFlow,
  ConnectOutcome,
  ConnectorRow,
  CredentialAdd,
  CredentialDetail,
  CredentialEdit,
  CredentialPlan,
  CredentialRadius,
  CredentialRow,
  GenerateAsked,
  Generated,
  Grant,
  ImportResult,
  ImportSource,
  TotpCode,
} from '#contract'
import type { CallContext } from '#core'

/** A persona's grant as it is asked for. */
export interface GrantAsked {
  readonly id: string
  readonly personaId: string
  readonly fields: readonly string[] | null
  readonly hosts: readonly string[] | null
  readonly how: Grant['how']
}

/** Every method that changes or shows something takes who asked, for the audit and for the proof. */
export interface Credentials {
  connectors(): readonly ConnectorRow[]
  list(): Promise<readonly CredentialRow[]>
  get(id: string): Promise<CredentialDetail>
  add(input: CredentialAdd, by: CallContext): Promise<CredentialDetail>
  edit(input: CredentialEdit, by: CallContext): Promise<CredentialDetail>
  reveal(
    asked: { readonly id: string; readonly field: string; readonly purpose: 'reveal' | 'copy'; readonly proof: string },
    by: CallContext,
  ): Promise<{ value: string; shownMs: number }>
  code(id: string, proof: string, by: CallContext): Promise<TotpCode>
  generate(asked: GenerateAsked): Generated
  check(id: string, by: CallContext): Promise<CredentialRow>
  grant(asked: GrantAsked, by: CallContext): Promise<Grant>
  ungrant(id: string, personaId: string, by: CallContext): Promise<void>
  grants(personaId?: string): Promise<readonly Grant[]>
  blastRadius(id: string): Promise<CredentialRadius>
  revoke(id: string, by: CallContext): Promise<CredentialDetail>
  remove(id: string, endLeases: boolean, by: CallContext): Promise<void>
  attach(id: string, name: string, fileBase64: string, by: CallContext): Promise<AttachmentRow>
  openAttachment(id: string, attachmentId: string, proof: string, by: CallContext): Promise<{ name: string; fileBase64: string }>
  detach(id: string, attachmentId: string, by: CallContext): Promise<void>
  planImport(source: ImportSource): Promise<CredentialPlan>
  import(source: ImportSource, digest: string, keys: readonly string[], by: CallContext): Promise<ImportResult>
  export(
    asked: { readonly ids: readonly string[]; readonly passphrase: string; readonly proof: string },
    by: CallContext,
  ): Promise<{ fileName: string; text: string; credentials: number }>
  connect(id: string, by: CallContext): Promise<ConnectFlow>
  connectState(flowId: string, wait: boolean, signal?: AbortSignal): Promise<ConnectOutcome>
  cancelConnect(flowId: string): Promise<void>
}
