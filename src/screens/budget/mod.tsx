/** BUDGET: bars of limits and the form of one, for the screens where money is spent. It counts nothing itself. */
export { Bar } from './bar.tsx'
export { Budgets } from './budgets.tsx'
export { PersonaBudget } from './persona-budget.tsx'
export { RunBudget } from './run-budget.tsx'
