/** Entry of the thread that judges passphrases: the dictionary and the time that a long one takes stay away from the main thread. */
import { parentPort } from 'node:worker_threads'
import { makeEstimator } from './strength/estimate.ts'
import type { StrengthAnswer, StrengthAsk } from './strength/judge.ts'

const port = parentPort
if (!port) throw new Error('strength-thread.ts is a worker of the engine; it cannot be started by itself.')
const estimate = makeEstimator()
port.on('message', ({ id, passphrase }: StrengthAsk) => {
  port.postMessage({ id, strength: estimate(passphrase) } satisfies StrengthAnswer)
})
