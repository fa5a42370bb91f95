import { expect, test } from '@jest/globals'
import { type Payload, recordedPayloads } from '@sluice/testing/payloads'
import { afterSending } from './support/send-payloads.ts'

const isEvent = ({ body }: Payload): boolean => {
  const { id, type } = JSON.parse(body.toString())
  return Boolean(id && type)
}

test('every recorded payload is answered 200 and ends processed or ignored, at the first attempt', () => {
  const stripe = ['stripe-events', 'stripe-thin'].flatMap(recordedPayloads).filter(isEvent)
  const replicate = ['replicate', 'replicate-sequence'].flatMap(recordedPayloads)
  return afterSending(stripe, replicate, async ({ events, statuses, rows, deadLetters }) => {
    expect(statuses).toEqual(events.map(() => 200))
    expect(rows).toHaveLength(events.length)
    expect(rows.filter(({ status }) => status !== 'processed' && status !== 'ignored')).toEqual([])
    expect(rows.filter(({ attempts }) => attempts > 0)).toEqual([])
    expect(deadLetters).toEqual([])
  })
})
