/**
 * Short messages at the corner. shown → gone. A message that something worked goes by itself; an error stays until the
 * person dismisses it, however many follow.
 */
import { createSignal } from 'solid-js'
import { type Failure, failureOf } from '../link/failure.ts'

export interface ToastAction {
  readonly label: string
  readonly run: () => void
}

export interface ToastRow {
  readonly id: number
  readonly tone: 'ok' | 'info' | 'error'
  readonly title: string
  readonly failure: Failure | undefined
  readonly action: ToastAction | undefined
}

const SHOWN_MS = 5000

const [rows, setRows] = createSignal<readonly ToastRow[]>([])
let lastId = 0

function show(tone: ToastRow['tone'], title: string, failure?: Failure, action?: ToastAction): number {
  const id = ++lastId
  setRows((before) => [...before, { id, tone, title, failure, action }])
  if (tone !== 'error') setTimeout(() => toast.dismiss(id), SHOWN_MS)
  return id
}

export const toast = {
  rows,
  ok: (title: string, action?: ToastAction) => show('ok', title, undefined, action),
  info: (title: string, action?: ToastAction) => show('info', title, undefined, action),
  /** `title` says what was tried, e.g. "The run was not started"; `thrown` says why not. */
  error: (title: string, thrown?: unknown, action?: ToastAction) =>
    show('error', title, thrown === undefined ? undefined : failureOf(thrown), action),
  dismiss: (id: number) => setRows((before) => before.filter((row) => row.id !== id)),
}

/** Runs it, and shows the failure under `title`. Answers whether it worked. */
export async function tryOrToast(title: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (thrown) {
    toast.error(title, thrown)
    return false
  }
}
