/** `node test/bench/store/main.ts`: the store's figures alone, held against build/budgets.json as `npm run bench` does. */
import { join } from 'node:path'
import { report } from '../figures.ts'
import { storeFigures } from './figures.ts'

const broken = report(await storeFigures(), join(import.meta.dirname, '../../../build/budgets.json'))
process.exitCode = broken === 0 ? 0 : 1
