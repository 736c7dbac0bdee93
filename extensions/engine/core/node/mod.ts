/** CORE/NODE: the real clock, chance and files. Only composition roots and tests import it. */

export { systemChance } from './chance.ts'
export { systemClock } from './clock.ts'
export { writeFileAtomic } from './files.ts'
