/**
 * The doors of every room, loaded together and only when a start asks for them: after the compile cache is on, and while the
 * store's thread opens. For the composition root alone.
 */

/** What every room that owns tables brings; loaded while the store's thread starts. */
export async function everyMigration() {
  const [store, serve, settings, persona, run, model, vault, team, mcp, notify, approve, budget, heal, trigger, bus, webhook, supervise] =
    await Promise.all([
      import('./store/migrations.ts'),
      import('./serve/migrations.ts'),
      import('./settings/migrations.ts'),
      import('./persona/migrations.ts'),
      import('./run/migrations.ts'),
      import('./model/migrations.ts'),
      import('./vault/migrations.ts'),
      import('./team/migrations.ts'),
      import('./mcp/migrations.ts'),
      import('./notify/migrations.ts'),
      import('./approve/migrations.ts'),
      import('./budget/migrations.ts'),
      import('./heal/migrations.ts'),
      import('./trigger/migrations.ts'),
      import('./bus/migrations.ts'),
      import('./webhook/migrations.ts'),
      import('./supervise/migrations.ts'),
    ])
  return [
    ...store.storeMigrations,
    ...settings.settingsMigrations,
    ...serve.serveMigrations,
    ...persona.personaMigrations,
    ...run.runMigrations,
    ...model.modelMigrations,
    ...vault.vaultMigrations,
    ...team.teamMigrations,
    ...mcp.mcpMigrations,
    ...notify.notifyMigrations,
    ...approve.approveMigrations,
    ...budget.budgetMigrations,
    ...heal.healMigrations,
    ...trigger.triggerMigrations,
    ...bus.busMigrations,
    ...webhook.webhookMigrations,
    ...supervise.superviseMigrations,
  ]
}

/** What each room puts right in a database that is restored. */
export async function everyAfterRestore() {
  const [store, serve, run, trigger] = await Promise.all([
    import('./store/migrations.ts'),
    import('./serve/migrations.ts'),
    import('./run/migrations.ts'),
    import('./trigger/migrations.ts'),
  ])
  return [...store.storeAfterRestore, ...serve.serveAfterRestore, ...run.runAfterRestore, ...trigger.triggerAfterRestore]
}

/** The rooms that do the work. */
export const loadRooms = () =>
  Promise.all([
    import('./settings/mod.ts'),
    import('./persona/mod.ts'),
    import('./run/mod.ts'),
    import('./model/mod.ts'),
    import('./vault-parts.ts'),
    import('./import-n8n/mod.ts'),
    import('./team-parts.ts'),
    import('./mcp-parts.ts'),
    import('./guard-parts.ts'),
  ])

/** What answers calls: the contract, and each room's routes. */
export async function loadRoutes() {
  const [
    { implement },
    { contract },
    { engineRoutes },
    { settingsRoutes },
    { personaRoutes },
    { runRoutes },
    { modelRoutes },
    { vaultRoutes, connectorRoutes, credentialRoutes, leaseRoutes },
    { importRoutes },
    { storeRoutes },
    { teamRoutes },
    { mcpRoutes },
    { notificationRoutes },
    { supportRoutes },
    { supportDoor },
    { inboxRoutes, ruleRoutes },
    { budgetRoutes },
    { healthRoutes },
    { routesOfTriggers },
    { serviceRoutes },
  ] = await Promise.all([
    import('@orpc/server'),
    import('#contract'),
    import('./serve/routes.ts'),
    import('./settings/routes.ts'),
    import('./persona/routes.ts'),
    import('./run/routes.ts'),
    import('./model/routes.ts'),
    import('./vault/routes.ts'),
    import('./import-n8n/routes.ts'),
    import('./store/routes.ts'),
    import('./team/routes.ts'),
    import('./mcp/routes.ts'),
    import('./notify/routes.ts'),
    import('./support/routes.ts'),
    import('./support-door.ts'),
    import('./approve/routes.ts'),
    import('./budget/routes.ts'),
    import('./heal/routes.ts'),
    import('./trigger-routes.ts'),
    import('./supervise/routes.ts'),
  ])
  return {
    implement,
    contract,
    engineRoutes,
    settingsRoutes,
    personaRoutes,
    runRoutes,
    modelRoutes,
    vaultRoutes,
    connectorRoutes,
    credentialRoutes,
    leaseRoutes,
    importRoutes,
    storeRoutes,
    teamRoutes,
    mcpRoutes,
    notificationRoutes,
    supportRoutes,
    supportDoor,
    inboxRoutes,
    ruleRoutes,
    budgetRoutes,
    healthRoutes,
    routesOfTriggers,
    serviceRoutes,
  }
}
