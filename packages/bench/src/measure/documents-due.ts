import { SAMPLE, sampleEvent } from '../event.ts'
import type { Receiver } from '../peers/ingest/index.ts'
import { startOurs as startWorker, withEmail } from '../peers/worker/index.ts'
import type { DocumentsDue } from '../plan.ts'
import { appendEvents, enqueueRows, insertUsers } from '../setup/backlog.ts'
import { withQueues } from '../setup/queue.ts'
import { numberOf, type Stores } from '../setup/stores.ts'
import { noneLeft } from './counts.ts'
import { committedSince, newestEvent } from './effects.ts'
import { analyzeAndCheckpoint, drained } from './paused-queue.ts'
import type { Run } from './run.ts'

/** Payers whose receipts need other fonts than those that every PDF reader has. */
const PAYERS = ['Święcisława Brzęczyszczykiewicz', '佐藤 太郎']

/**
 * Measures how long commits take at a fixed rate while documents with Polish and Japanese names are due, and while none
 * are. In each round the effects' queue is paused for one of the two.
 *
 * @throws when all documents are made before the last event has come in: then less was measured than is claimed
 */
export async function measureDocumentsDue(
  run: Run,
  receivers: Receiver[],
  { payments, perSecond, seconds, rounds }: DocumentsDue,
): Promise<void> {
  const { stores, cores, smtpUrl, found, say } = run
  const { server } = receivers.find(({ name }) => name === 'ours') as Receiver
  await stores.empty()
  await withQueues(stores, async ({ events, effects }) => {
    await effects.pause()
    await events.pause()
    for (const payer of PAYERS) await addPayments(run, payer, payments / PAYERS.length)
    const worker = await startWorker(stores, cores.worker, withEmail(smtpUrl))
    try {
      say(`${payments} payments whose documents are due`)
      await drained(events)
      await analyzeAndCheckpoint(stores)
      const newest = await newestEvent(stores)
      const measure = async (figure: string) => {
        const { p50, p99 } = await commitsAt(run, server.port, perSecond, seconds)
        found(`${figure}, received to committed p50 ms`, p50)
        found(`${figure}, received to committed p99 ms`, p99)
      }
      for (let round = 0; round < rounds; round += 1) {
        say(`commits while documents are due, round ${round + 1} of ${rounds}`)
        await measure('no documents are made')
        await effects.resume()
        await measure('documents are made')
        if ((await receiptsLeft(stores, newest)) === 0) throw new Error('all documents are made: more must be due')
        await effects.pause()
      }
    } finally {
      await worker.stop()
    }
  })
}

async function addPayments({ stores, numbers }: Run, payer: string, count: number): Promise<void> {
  const first = numbers(count)
  await insertUsers(stores, first, count)
  const event = sampleEvent()
  const rawBody = Buffer.from(withPayer(event.rawBody.toString(), payer))
  await enqueueRows(stores, await appendEvents(stores, first, count, { ...event, rawBody }), first)
}

/** Names the customer of an invoice, with an address and the number of the payment, so that no two are equal. */
function withPayer(body: string, payer: string): string {
  const event = JSON.parse(body)
  event.data.object.customer_name = `${payer} ${SAMPLE}`
  return JSON.stringify(event, null, 2)
}

async function commitsAt(run: Run, port: number, perSecond: number, seconds: number) {
  const { stores, generator, numbers, plan } = run
  const count = perSecond * seconds
  const first = numbers(count)
  await insertUsers(stores, first, count)
  const newest = await newestEvent(stores)
  await generator.send({ ports: [port], first, count, perSecond, connections: plan.connections })
  await noneLeft('events', count, () => received(stores))
  return committedSince(run, newest)
}

/** Receipts of events up to this one that are not made yet. */
const receiptsLeft = (stores: Stores, newest: number): Promise<number> =>
  numberOf(
    stores,
    `SELECT count(*) FROM outbox_messages WHERE kind = 'receipt' AND status = 'pending' AND webhook_event_id <= ${newest}`,
  )

const received = (stores: Stores): Promise<number> =>
  numberOf(stores, "SELECT count(*) FROM webhook_events WHERE status = 'received'")
