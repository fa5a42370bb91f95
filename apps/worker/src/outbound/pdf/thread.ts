import { getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { MAKERS, makeHere, type PartsOf } from './makers.ts'
import type { Answer, Request } from './threaded.ts'

/** Entry of the thread that makes documents, one after another. */
parentPort?.on('message', async ({ kind, parts }: Request) => {
  const answer: Answer = await makeHere(kind, ...(withBuffers(parts) as PartsOf<typeof kind>)).then(
    (document) => ({ document }),
    (error: Error) => ({ error }),
  )
  parentPort?.postMessage(answer)
})

/** On Linux the priority is that of this thread alone: events are committed before documents are made. */
const NICENESS = 5
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + NICENESS))

void MAKERS.invoice() // ready before the first request

/** The logo of a brand arrives as bytes without the methods of a Buffer. */
function withBuffers(parts: unknown[]): unknown[] {
  const brand = parts.at(-1) as { logo: Uint8Array | null }
  return [...parts.slice(0, -1), { ...brand, logo: brand.logo && Buffer.from(brand.logo) }]
}
