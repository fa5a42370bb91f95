import { expect, test } from '@jest/globals'
import { earlyFraudWarning } from '../../src/samples/stripe-objects.ts'
import { allOf, effectsOf, factOf, MONDAY, stripe } from '../received.ts'

const received = (type: string, fields: Record<string, unknown> = {}) =>
  stripe(`radar.early_fraud_warning.${type}`, earlyFraudWarning(fields))

test.each(['created', 'updated'])('an early fraud warning is recorded: %s', (type) => {
  expect(factOf(received(type), 'fraudWarning')).toEqual({
    ...{ kind: 'fraudWarning', account: null, livemode: false, occurredAt: MONDAY },
    ...{ fraudWarningId: 'issfr_1', chargeId: 'ch_1', paymentIntentId: 'pi_1' },
    ...{ fraudType: 'made_with_stolen_card', actionable: true, created: MONDAY.toISOString() },
  })
  expect(allOf(received(type), 'paymentReference')).toMatchObject([{ reference: 'pi_1' }, { reference: 'ch_1' }])
})

test('only a new one notifies the staff, once', () => {
  expect(effectsOf(received('created'))).toEqual([
    { key: 'fraud_warning:issfr_1:test', kind: 'fraud_warning.opened', payload: { fraudWarningId: 'issfr_1' } },
  ])
  expect(effectsOf(received('updated'))).toEqual([])
})

test('it may name its charge alone, as in old API versions', () => {
  const event = received('created', { payment_intent: undefined, charge: { id: 'ch_2' }, actionable: false })
  expect(factOf(event, 'fraudWarning')).toMatchObject({ chargeId: 'ch_2', paymentIntentId: null, actionable: false })
})
