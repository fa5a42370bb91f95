import { expect, test } from '@jest/globals'
import { replicate, stripe } from '@sluice/providers'
import { createLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { createReport } from '../src/report.ts'

test('every outcome is counted from the start, and a start changes no count', async () => {
  const logger = createLogger('ingest', 'error')
  createReport(stripe, logger)
  createReport(replicate, logger)
  metrics.requests.inc({ provider: 'stripe', outcome: 'accepted' })
  createReport(stripe, logger)

  const { values } = await metrics.requests.get()
  const counts = values.map(({ labels, value }) => [`${labels.provider} ${labels.outcome}`, value])
  const outcomes = ['accepted', 'duplicate', 'bad_signature', 'too_old', 'malformed', 'too_large', 'rate_limited']
  const all = [...outcomes, 'forbidden', 'overloaded', 'unavailable'].flatMap((outcome) => [
    `stripe ${outcome}`,
    `replicate ${outcome}`,
  ])
  expect(Object.fromEntries(counts)).toEqual({
    ...Object.fromEntries(all.map((name) => [name, 0])),
    'stripe accepted': 1,
  })
})
