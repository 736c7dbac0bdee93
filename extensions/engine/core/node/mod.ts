/** CORE/NODE: the real clock, chance, files, places, log and machine. Only composition roots, the command line and tests import it. */

export { readLastPort, removeAddress, removeRuntimeFolder, writeAddress } from './address.ts'
export { systemChance } from './chance.ts'
export { systemClock } from './clock.ts'
export { type EngineOptions, parseEngineOptions } from './engine-options.ts'
export { writeFileAtomic } from './files.ts'
export { type LateLog, lateLog } from './late-log.ts'
export { findLayout, type Layout } from './layout.ts'
export { systemLookup } from './lookup.ts'
export { CHROMIUM_NAMES, findProgram, systemMachine } from './machine.ts'
export { giveBackStartMemory } from './memory.ts'
export { connectInfo, type EngineInfo, findPlaces, makePlaces, type PlaceOptions, type Places } from './places.ts'
export { type Ending, type Program, runAsProgram } from './program.ts'
