import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { at, dispute, movement, prediction, reference, refund } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

const files = (count: number): Fact[] => [
  prediction('succeeded', { output: null, completedAt: at(1) }),
  {
    kind: 'output',
    predictionId: 'p1',
    files: numbers(count).map((idx) => ({ idx, pointer: `/${idx}`, url: `https://replicate.delivery/${idx}` })),
    final: true,
    completedAt: at(1),
  },
]

const refunds = (count: number): Fact[] =>
  numbers(count).flatMap((number) => [
    reference(`ch_${number}`, 'in_1'),
    refund(0, 'succeeded', { refundId: `re_${number}`, chargeId: `ch_${number}` }),
  ])

const movements = (count: number): Fact[] => [
  reference('ch_1', 'in_1'),
  dispute(0, 'needs_response', { funds: 'withdrawn', movements: numbers(count).map((fee) => movement(-1, fee)) }),
]

const forget = ({ query }: TestWorker) =>
  query(`TRUNCATE generation_jobs, renders, variants, outbox_messages, refunds, disputes, payment_references, ledger_entries;
    INSERT INTO generation_jobs (id, prediction_id) VALUES ('job_1', 'p1')`)

/** Milliseconds of CPU that this process needs to commit an event with these facts, and to commit it again. */
async function costOf(worker: TestWorker, facts: Fact[]): Promise<number> {
  await forget(worker)
  const before = process.cpuUsage()
  for (const _ of [1, 2]) {
    const settled = await worker.handle({ facts })
    if (settled?.outcome === 'failed') throw new Error(`${settled.code}: ${settled.message}`)
    expect(settled).toMatchObject({ outcome: 'processed' })
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** A list that is copied for each of its elements takes four times as long when it is twice as long. */
test.each([
  ['files of an output', files, 10_000],
  ['refunds of a charge', refunds, 800],
  ['movements of a dispute', movements, 500],
])('twice as many %s cost less than three times as much', (_what, factsOf, count) =>
  withWorker(async (worker) => {
    await costOf(worker, factsOf(count)) // compiles
    const costs = (factor: number) => Promise.all([costOf(worker, factsOf(count * factor))])
    const rounds: [once: number, twice: number][] = []
    for (const _ of numbers(3)) rounds.push([...(await costs(1)), ...(await costs(2))] as [number, number])
    const least = (index: 0 | 1) => Math.min(...rounds.map((round) => round[index]))
    expect(least(1) / least(0)).toBeLessThan(3)
  }),
)

/** The plan of a statement that compares each with each is chosen then: it took minutes, and the event failed. */
test('an event with thousands of refunds is committed where statistics say that the tables are empty', () =>
  withWorker(async (worker) => {
    const tables = 'refunds, payment_references, ledger_entries, outbox_messages'
    await worker.handle({ facts: refunds(5_000) })
    for (const table of tables.split(', ')) await worker.query(`DELETE FROM ${table}`)
    await worker.query(`ANALYZE ${tables}`)

    expect(await worker.handle({ facts: refunds(5_000) })).toMatchObject({ outcome: 'processed' })
  }))
