/** What a reader of an import finds, before names are given: entries that make a credential, and lines that do not. */
export interface Found {
  /** Unique within the source. */
  readonly key: string
  /** A title or the names of variables. */
  readonly from: string
  readonly wantedName: string
  readonly connector: string
  readonly label: string
  readonly values: Readonly<Record<string, string>>
  readonly chosen: boolean
  readonly warnings: readonly string[]
  /** From a sealed file only. */
  readonly more?: {
    readonly extraHosts: readonly string[]
    readonly allowPrivate: boolean
    readonly expiresAt: number | null
    readonly rotateEveryDays: number | null
    readonly attachments: readonly { readonly name: string; readonly fileBase64: string }[]
  }
}

export interface Reading {
  readonly found: readonly Found[]
  readonly skipped: readonly { readonly from: string; readonly why: string }[]
}

const FROM_CHARS = 120
/** Titles come from a file, and are shown. */
export const shownTitle = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, FROM_CHARS)

/** `GitHub (work)` is `github-work`; empty when nothing is left. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '')
}
