/** CORE/NODE: the real clock, chance, files and places. Only composition roots, the command line and tests import it. */

export { systemChance } from './chance.ts'
export { systemClock } from './clock.ts'
export { writeFileAtomic } from './files.ts'
export { connectInfo, type EngineInfo, findPlaces, makePlaces, type PlaceOptions, type Places } from './places.ts'
