import { jobsLeft } from '../measure/paused-queue.ts'
import type { Run } from '../measure/run.ts'
import { type Receiver, startPeer } from '../peers/ingest/index.ts'
import { startOrm, startOurs, withEmail } from '../peers/worker/index.ts'
import { openQueue, withQueues } from '../setup/queue.ts'
import type { Server } from '../setup/server.ts'
import { numberOf, type Stores } from '../setup/stores.ts'

/** A design that takes events from the sender to the commit. */
export interface WholePeer {
  name: string
  /** Whether it sends an e-mail for each payment. */
  sendsEmail: boolean
  /** The table whose rows say that an event is committed. */
  table: string
  /** Condition of the rows that are settled. */
  settled: string
  start(): Promise<Running>
}

export interface Running {
  port: number
  /** Accepted events that are not committed. */
  left(): Promise<number>
  stop(): Promise<void>
}

const INBOX = { table: 'webhook_events', settled: "status = 'processed'" }

export function wholePeers(run: Run, receivers: Receiver[]): WholePeer[] {
  const portOf = (peer: Receiver['name']) => receivers.find(({ name }) => name === peer)?.server.port ?? 0
  return [
    ours(run, 'ours', true, portOf('ours')),
    ours(run, 'ours, effects paused', false, portOf('ours')),
    {
      ...{ name: 'textbook and ORM', sendsEmail: false, ...INBOX },
      start: async () => textbook(run, portOf('textbook')),
    },
    {
      ...{ name: 'stripe-sync-engine', sendsEmail: false, table: 'stripe.invoices', settled: "status = 'paid'" },
      start: async () => {
        const { server } = await startPeer('stripe-sync-engine', run.stores, run.cores.measured)
        return { port: server.port, left: async () => 0, stop: () => server.stop() }
      },
    },
  ]
}

const ours = ({ stores, cores, smtpUrl }: Run, name: string, sendsEmail: boolean, port: number): WholePeer => ({
  ...{ name, sendsEmail, ...INBOX },
  start: async () => {
    if (!sendsEmail) await withQueues(stores, ({ effects }) => effects.pause())
    const worker = await startOurs(stores, cores.worker, withEmail(smtpUrl))
    return { port, left: () => waitingEvents(stores), stop: () => worker.stop() }
  },
})

const waitingEvents = (stores: Stores): Promise<number> =>
  numberOf(stores, "SELECT count(*) FROM webhook_events WHERE status = 'received'")

async function textbook({ stores, cores }: Run, port: number): Promise<Running> {
  const worker: Server = await startOrm(stores, cores.worker, 'textbook-orm')
  const queue = openQueue(stores, 'stripe', 'bull')
  const stop = async () => {
    await queue.close()
    await worker.stop()
  }
  return { port, left: () => jobsLeft(queue), stop }
}
