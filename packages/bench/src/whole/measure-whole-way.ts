import { growth, noneLeft } from '../measure/counts.ts'
import { effectsLeft, endedSince, newestEvent } from '../measure/effects.ts'
import { analyzeAndCheckpoint } from '../measure/paused-queue.ts'
import { type Run, rotated } from '../measure/run.ts'
import type { Receiver } from '../peers/ingest/index.ts'
import { insertUsers } from '../setup/backlog.ts'
import { numberOf, type Stores } from '../setup/stores.ts'
import { sums } from '../sums.ts'
import { type Running, type WholePeer, wholePeers } from './peers.ts'

/**
 * Measures events per second from the sender to the commit, and to the e-mail, as fast as each design takes them.
 *
 * @param prefix begins the names of the figures
 * @param empty empties the stores before each run; with rows in the tables, only Redis
 */
export async function measureWholeWay(
  run: Run,
  receivers: Receiver[],
  { prefix, empty }: { prefix: string; empty(): Promise<unknown> },
): Promise<void> {
  const { plan, say } = run
  const found = (figure: string, value: number) => run.found(prefix + figure, value)
  const peers = wholePeers(run, receivers)
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const peer of rotated(peers, round)) {
      say(`${prefix}from sender to commit, round ${round + 1} of ${plan.rounds}: ${peer.name}`)
      await empty()
      const running = await peer.start()
      try {
        await send(run, peer, running, plan.wholeWay.warmUp)
        await analyzeAndCheckpoint(run.stores)
        await measure({ ...run, found }, peer, running)
      } finally {
        await running.stop()
      }
    }
  }
}

async function measure(run: Run, peer: WholePeer, running: Running): Promise<void> {
  const { plan, stores, found } = run
  const newest = await newestEvent(stores)
  const startedAt = await send(run, peer, running, plan.wholeWay.events)
  const perSecond = (count: number, last: number) => (count * 1000) / (last - startedAt)
  found(`whole way, ${peer.name}, events/s`, perSecond(plan.wholeWay.events, await lastCommit(stores, peer)))
  if (!peer.sendsEmail) return
  for (const { kind, count, last } of await endedSince(stores, newest))
    found(`whole way, ${peer.name}, ${kind}, effects/s`, perSecond(count, last))
}

/** Resolves to when the first event was sent, once all are settled and everything adds up. */
async function send(run: Run, peer: WholePeer, { port, left }: Running, count: number): Promise<number> {
  const { plan, stores, generator, mails, numbers, check } = run
  const first = numbers(count)
  await insertUsers(stores, first, count)
  const counts = async () => ({ ...(await countsOf(stores, peer)), 'e-mails': mails() })
  const before = await counts()
  const { accepted, startedAt } = await generator.send({
    ...{ ports: [port], first, count, connections: plan.wholeWay.connections },
  })
  await noneLeft('events', count, left)
  if (peer.sendsEmail) await noneLeft('effects', 3 * count, () => effectsLeft(stores))
  const expected = { accepted: count, recorded: count, processed: count, 'e-mails': peer.sendsEmail ? count : 0 }
  check(sums(`whole way, ${peer.name}`, expected, { accepted, ...growth(await counts(), before) }))
  return startedAt
}

async function countsOf({ pool }: Stores, { table, settled }: WholePeer) {
  const { rows } = await pool.query<{ recorded: number; processed: number }>(
    `SELECT count(*)::int AS recorded, (count(*) FILTER (WHERE ${settled}))::int AS processed FROM ${table}`,
  )
  return { recorded: 0, processed: 0, ...rows[0] }
}

/** In milliseconds of Unix time. */
const lastCommit = (stores: Stores, { table }: WholePeer): Promise<number> =>
  numberOf(stores, `SELECT 1000 * extract(epoch FROM max(pg_xact_commit_timestamp(xmin))) FROM ${table}`)
