/** One credential, read again when it, its grants or the vault changed. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { CredentialDetail } from '#contract'
import { engine } from '../../../link/mod.ts'
import { type Failure, failureOf } from '../../../parts/mod.ts'
import { credentials } from '../../../state/mod.ts'

export function createDetail(id: Accessor<string>) {
  const [value, setValue] = createSignal<CredentialDetail>()
  const [failure, setFailure] = createSignal<Failure>()
  let asked = 0
  const read = async () => {
    const mine = ++asked
    try {
      const next = await engine.credential.get({ id: id() })
      if (mine !== asked) return
      setValue(next)
      setFailure(undefined)
    } catch (thrown) {
      if (mine === asked) setFailure(failureOf(thrown))
    }
  }
  const again = () => void read()
  // The list's row moves with every change of it, also with those that others make.
  createEffect(
    on(() => {
      const row = credentials.value()?.find((one) => one.id === id())
      return `${id()} ${row?.updatedAt} ${row?.health.at} ${row?.personas} ${row?.lastUsedAt} ${row?.revokedAt} ${row?.oauth?.state} ${row?.attachments}`
    }, again),
  )
  onCleanup(() => {
    asked++
  })
  return { value, failure, again }
}
