import { describe, expect, test } from '@jest/globals'
import type { OutboxMessage } from '@sluice/database/outbox'
import { effectors } from '../../src/effects/index.ts'
import { parseMessage } from '../../src/effects/run/parse-message.ts'
import { prepareEffect } from '../../src/effects/run/prepare-effect.ts'

const message = (fields: Partial<OutboxMessage>): OutboxMessage => ({
  id: '1',
  effectKey: 'receipt:in_1',
  kind: 'receipt',
  payload: { paymentId: 'in_1' },
  status: 'pending',
  crashes: 0,
  availableAt: WRITTEN,
  webhookEventId: '7',
  eventId: 'evt_1',
  eventOccurredAt: HAPPENED,
  eventAccount: null,
  ...fields,
})

const HAPPENED = new Date('2026-03-01T10:00:00Z')
const WRITTEN = new Date('2026-03-01T10:00:02Z')

test('an outbox message is read with the payload of its kind', () => {
  expect(parseMessage(effectors.receipt, message({}))).toEqual({
    kind: 'receipt',
    effectKey: 'receipt:in_1',
    payload: { paymentId: 'in_1' },
    webhookEventId: '7',
    eventId: 'evt_1',
    account: null,
    occurredAt: HAPPENED,
  })
})

test('an effect is as old as its event, else as its row; a reminder as the time that it was scheduled for', () => {
  const reminder = { kind: 'payment.reminder', payload: { invoiceId: 'in_1', attempt: 1 } }
  expect(parseMessage(effectors.receipt, message({ eventOccurredAt: null })).occurredAt).toBe(WRITTEN)
  expect(parseMessage(effectors['payment.reminder'], message(reminder)).occurredAt).toBe(WRITTEN)
})

test.each([
  ['receipt:in_1@acct_1', 'acct_1'],
  ['receipt:in_1@acct_1:test', 'acct_1'],
  ['receipt:in_1:test', null],
])('the connected account of an effect without an event is that of its key %s', (effectKey, account) => {
  expect(parseMessage(effectors.receipt, message({ effectKey, eventAccount: null })).account).toBe(account)
})

const RENEWAL = { subscriptionId: 'sub_1', periodEnd: '2026-04-01T00:00:00.000Z', amount: '1250', currency: 'kwd' }

test.each([
  ['receipt', {}, 'paymentId'],
  ['receipt', { paymentId: '' }, 'paymentId'],
  ['receipt', { paymentId: 7 }, 'paymentId'],
  ['receipt', null, 'payload'],
  ['payment.failed', { attempt: '2' }, 'invoiceId, attempt'],
  ['renewal.upcoming', { ...RENEWAL, amount: '12.50' }, 'amount'],
  ['renewal.upcoming', { ...RENEWAL, periodEnd: 'soon' }, 'periodEnd'],
])('a %s message with the payload %j is refused, and the refusal names %s', (kind, payload, fields) => {
  expect(() => prepareEffect(message({ kind, payload }))).toThrow(
    expect.objectContaining({ code: 'invalid_payload', message: fields }),
  )
})

test.each(['payment.faild', 'constructor', 'toString'])('a message of the unknown kind "%s" is refused', (kind) => {
  expect(() => prepareEffect(message({ kind }))).toThrow(
    expect.objectContaining({ code: 'unknown_kind', message: kind }),
  )
})

describe('a message that an older version wrote, without the attempt in its payload,', () => {
  const old = (effectKey: string) => message({ effectKey, payload: { invoiceId: 'in_1', paymentId: 'in_1:failed:2' } })

  test.each([
    ['payment_failed:in_1:2', 2],
    ['payment_failed:in_1:12:test', 12],
    ['payment_failed:in_1:12@acct_1:test', 12],
  ])('%s has the attempt of its key', (effectKey, attempt) => {
    expect(parseMessage(effectors['payment.failed'], old(effectKey)).payload).toEqual({ invoiceId: 'in_1', attempt })
    const reminder = effectKey.replace('failed', 'reminder')
    expect(parseMessage(effectors['payment.reminder'], old(reminder)).payload.attempt).toBe(attempt)
  })

  test.each(['payment_failed:in_1', 'payment_failed:in_1:test', ''])('"%s" is refused: it names none', (effectKey) => {
    expect(() => parseMessage(effectors['payment.failed'], old(effectKey))).toThrow(
      expect.objectContaining({ code: 'invalid_payload', message: 'attempt' }),
    )
  })
})
