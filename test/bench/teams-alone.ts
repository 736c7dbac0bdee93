/** `node test/bench/teams-alone.ts`: the figures of teams by themselves. */
import { join } from 'node:path'
import { startTestEngine } from '../helpers/engine.ts'
import { report } from './figures.ts'
import { teamFigures } from './teams.ts'

const engine = await startTestEngine({ from: 'bundle' })
try {
  report(await teamFigures(engine), join(import.meta.dirname, '../../build/budgets.json'))
} finally {
  await engine.stop()
}
