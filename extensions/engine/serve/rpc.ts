/** The WebSocket side of the one router. */
import type { Router } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import type { Contract } from '#contract'
import type { CallContext } from '#core'
import type { DoorContext, guardCalls } from './calls.ts'

export type EngineRouter = Router<Contract, CallContext>

export function makeRpc(router: EngineRouter, guard: ReturnType<typeof guardCalls>): RPCHandler<DoorContext> {
  return new RPCHandler<DoorContext>(router, { interceptors: [guard.request], clientInterceptors: [guard.call] })
}
