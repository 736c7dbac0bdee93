import { randomBytes } from 'node:crypto'
import type { Chance } from '#core'

export const systemChance: Chance = { bytes: (count) => randomBytes(count) }
