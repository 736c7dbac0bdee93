/**
 * BUDGET: what may be spent. Reserves the worst case of each model call before it is made and settles it after; runs that do not fit
 * wait with their state kept, and go on when a limit is raised or a new day begins.
 * It refuses: a call beyond a hard limit. It calls no model, knows no price (the worst case is told to it), and moves no run by itself.
 */
import type { BudgetPorts } from './ports.ts'

export type { BudgetPorts, BudgetStore, Migration, Today } from './ports.ts'
export type { BudgetAnswer, Budgets, CallCost, CallUse } from './room.ts'

/** Loaded with the first model call, or when somebody looks. */
export const openBudgets = async (ports: BudgetPorts) => (await import('./room.ts')).openBudgets(ports)
