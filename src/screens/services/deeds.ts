/** What can be done to a service, with its refusal shown where it was asked. */
import { engine } from '../../link/mod.ts'
import { tryOrToast } from '../../parts/mod.ts'

export const startService = (id: string) => tryOrToast(`${id} was not started`, () => engine.service.start({ id }))
export const stopService = (id: string) => tryOrToast(`${id} was not stopped`, () => engine.service.stop({ id }))
export const restartService = (id: string) => tryOrToast(`${id} was not restarted`, () => engine.service.restart({ id }))
