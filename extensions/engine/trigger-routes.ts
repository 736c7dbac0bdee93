/** Part of the composition root: the methods of triggers, webhooks and of the bus, answered by rooms that the first call opens. */
import { deadletterRoutes, eventRoutes } from './bus/mod.ts'
import { scheduleRoutes, triggerRoutes } from './trigger/mod.ts'
import type { TriggerParts } from './trigger-parts.ts'
import { webhookRoutes } from './webhook/mod.ts'

export function routesOfTriggers({ triggers, bus, webhooks, outbound }: TriggerParts) {
  return {
    trigger: triggerRoutes(triggers),
    schedule: scheduleRoutes(triggers),
    event: eventRoutes(bus),
    deadletter: deadletterRoutes(bus),
    webhook: webhookRoutes(webhooks, outbound),
  }
}
