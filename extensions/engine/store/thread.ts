/** The store thread: takes requests in the order they came, groups the writes that wait, answers each once. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { openLedger } from './ledger.ts'
import { type Answer, packError, type Request, type ThreadData } from './messages.ts'
import { serveRequests } from './turns.ts'

const port = parentPort
if (!port) throw new Error('The store thread is started by the store, as a worker thread.')

const post = (answers: readonly Answer[]): void => port.postMessage(answers)
try {
  const ledger = await openLedger(workerData as ThreadData, Date.now)
  const take = serveRequests(ledger, post, () => port.close())
  post([{ kind: 'opened' }])
  port.on('message', (first: readonly Request[]) => {
    const requests = [...first]
    // Whatever arrived while the last group was being written joins this one.
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      requests.push(...(next.message as readonly Request[]))
    take(requests)
  })
} catch (thrown) {
  post([{ kind: 'refused', error: packError(thrown) }])
  port.close()
}
