import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const HOARDERS = fileURLToPath(new URL('../fixtures/core/hoarders.ts', import.meta.url))
const THREADS = 2
const PROCESSES = 3

describe('a thread that takes more memory than it may', () => {
  // In a process of its own each time: without the bound, V8 ends the whole process, which would be the tests' own.
  it.each(['objects', 'small objects', 'one growing array', 'a growing Map', 'parsed JSON', 'text', 'doubled arrays', 'buffers'])(
    '[RUN27] is ended alone, and its process goes on: %s',
    async (way) => {
      for (let i = 0; i < PROCESSES; i += 1) {
        const { stdout } = await promisify(execFile)(process.execPath, [HOARDERS, way, String(THREADS), '32'])
        expect(JSON.parse(stdout)).toEqual(Array(THREADS).fill('over'))
      }
    },
  )
})
