import { describe, expect, test } from '@jest/globals'
import { checkMode, checkProxy, readDeployment } from '@sluice/doctor'

test('an empty variable counts as unset, and event types are a list', () => {
  expect(
    readDeployment({ LIVEMODE: '', STRIPE_API_KEY: '', STRIPE_EVENT_TYPES: ' invoice.*, ,charge.refunded' }),
  ).toEqual({
    production: false,
    apiVariables: {},
    eventTypes: ['invoice.*', 'charge.refunded'],
  })
  expect(readDeployment({ NODE_ENV: 'production', TRUST_PROXY: '2' })).toMatchObject({
    production: true,
    trustProxy: '2',
    eventTypes: [],
  })
})

const production = { NODE_ENV: 'production' }

describe('the mode', () => {
  test.each([
    ['unset in a trial', {}],
    ['live with a live key', { LIVEMODE: 'true', STRIPE_API_KEY: 'sk_live_1' }],
    ['test with a restricted test key', { LIVEMODE: 'false', STRIPE_API_KEY: 'rk_test_1' }],
    ['live without a key', { LIVEMODE: 'true' }],
  ])('may be %s', (_what, env) => {
    expect(checkMode(readDeployment(env))).toMatchObject({ verdict: 'good' })
  })

  test.each([
    ['unset in production', production, 'test events are recorded'],
    ['neither of two', { LIVEMODE: 'yes' }, 'It should be true or false.'],
    ['live with a test key', { LIVEMODE: 'true', STRIPE_API_KEY: 'sk_test_1' }, 'not a live mode key'],
    ['test with a live key', { LIVEMODE: 'false', STRIPE_API_KEY: 'sk_live_1' }, 'not a test mode key'],
    ['live with what is no key', { LIVEMODE: 'true', STRIPE_API_KEY: 'whsec_1' }, 'not a live mode key'],
  ])('may not be %s, and the key is not repeated', (_what, env, says) => {
    const finding = checkMode(readDeployment(env))
    expect(finding).toMatchObject({ verdict: 'failed', says: expect.stringContaining(says) })
    expect(finding.says).not.toMatch(/_1/)
  })
})

describe('how many proxies are trusted', () => {
  test.each([{}, { TRUST_PROXY: '0' }, { ...production, TRUST_PROXY: '1' }])('is fine: %j', (env) => {
    expect(checkProxy(readDeployment(env))).toMatchObject({ verdict: 'good' })
  })

  test.each([production, { ...production, TRUST_PROXY: '0' }])('is too few in production: %j', (env) => {
    expect(checkProxy(readDeployment(env)).says).toMatch(/^It is 0\./)
  })

  test.each(['true', '-1', '100', '10.0.0.0/8'])('is a number, which %s is not', (value) => {
    expect(checkProxy(readDeployment({ TRUST_PROXY: value }))).toMatchObject({ verdict: 'failed' })
  })
})
