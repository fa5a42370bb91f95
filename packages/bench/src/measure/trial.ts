import type { Answers } from '../load/answers.ts'
import { type Mix, paymentsAmong } from '../load/mix.ts'
import type { Receiver } from '../peers/ingest/index.ts'
import { insertJobs, insertUsers } from '../setup/backlog.ts'
import { numberOf } from '../setup/stores.ts'
import { sums } from '../sums.ts'
import { countsOf, growth, noneLeft } from './counts.ts'
import { committedSince, effectsLeft, emailedSince, newestEvent, type Quantiles } from './effects.ts'
import type { Run } from './run.ts'

export interface Trial extends Answers {
  /** From receipt to commit. */
  committed: Quantiles
  /** From receipt to the mail server; null while the effects are paused. */
  emailed: Quantiles | null
}

/** Latest answer and latest commit at which a rate still holds. */
const WAIT_MS_MAX = 1_000
/** Latest e-mail: receipts wait three seconds for the event that names the language. */
const EMAILED_MS_MAX = 10_000

export const holds = ({ refused, p99, committed, emailed }: Trial): boolean =>
  refused === 0 &&
  p99 < WAIT_MS_MAX &&
  committed.p99 < WAIT_MS_MAX &&
  (emailed === null || emailed.p99 < EMAILED_MS_MAX)

/** The way of our events, and what is asked of it. */
export interface Way {
  name: string
  receiver: Receiver
  perSecond: number
  mix: Mix
  areEffectsOn: boolean
}

/**
 * Sends at a fixed rate through ingest and worker, and waits until the last event is settled and the last effect has
 * ended.
 */
export async function tryRate(run: Run, { name, receiver, perSecond, mix, areEffectsOn }: Way): Promise<Trial> {
  const { plan, stores, generator, mails, numbers } = run
  const count = countOf(run, perSecond)
  const first = numbers(count)
  await insertUsers(stores, first, count)
  if (mix === 'mixed') await insertJobs(stores, first, count)
  const newest = await newestEvent(stores)
  const before = { ...(await countsOf(stores)), 'e-mails': mails() }
  const order = { ports: [receiver.server.port], first, count, mix, perSecond, connections: plan.connections }
  const answers = await generator.send(order)
  await noneLeft('events', count, () =>
    numberOf(stores, "SELECT count(*) FROM webhook_events WHERE status = 'received'"),
  )
  if (areEffectsOn) await noneLeft('effects', 3 * count, () => effectsLeft(stores))

  const payments = paymentsAmong(mix, first, count)
  const expected = { recorded: count, processed: count, payments, 'e-mails': areEffectsOn ? payments : 0 }
  const found = growth({ ...(await countsOf(stores)), 'e-mails': mails() }, before)
  run.check(sums(name, { accepted: count, ...expected }, { accepted: answers.accepted, ...found }))
  const emailed = areEffectsOn ? await emailedSince(run, newest) : null
  return { ...answers, committed: await committedSince(run, newest), emailed }
}

/** Sends at a fixed rate to a receiver without a worker. */
export async function tryReceiver(run: Run, { name, server, kept }: Receiver, perSecond: number): Promise<Answers> {
  const { plan, generator, numbers, check } = run
  const count = countOf(run, perSecond)
  const { handled: before = 0 } = await kept()
  const order = { ports: [server.port], first: numbers(count), count, perSecond, connections: plan.connections }
  const answers = await generator.send(order)
  const { handled = 0 } = await kept()
  const expected = { accepted: answers.sent, handled: answers.accepted }
  check(sums(`at a fixed rate, ${name}`, expected, { accepted: answers.accepted, handled: handled - before }))
  return answers
}

const countOf = ({ plan }: Run, perSecond: number): number => Math.max(3, Math.round(perSecond * plan.seconds))
