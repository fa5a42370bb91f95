import { expect, test } from '@jest/globals'
import { verify } from '@sluice/host'
import { withHost } from '@sluice/testing/stand-ins'
import { jsonOf, sluice } from './sluice.ts'

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgaG9zdCBhcHBsaWNhdGlvbg=='

test('host test sends a signed sample of each type, and says how it was answered', () =>
  withHost(async (host) => {
    host.behave(({ type }) => ({ status: type === 'payment.failed' ? 500 : 200, body: 'taken' }))
    const env = { HOST_WEBHOOK_URL: host.url, HOST_WEBHOOK_SECRET: SECRET }
    const all = await sluice(['host', 'test'], env)
    expect(all.exitCode).toBe(1)
    expect(all.output).toMatch(/customer\.linked +✔ 200 .*taken/)
    expect(all.output).toMatch(/payment\.failed +✘ 500/)
    expect(all.output).toContain('11 of 12 acknowledged')
    for (const { body, headers } of host.requests) verify(body, headers, SECRET)

    const [one] = jsonOf(await sluice(['host', 'test', '--type', 'customer.linked', '--json'], env))
    expect(one).toMatchObject([{ type: 'customer.linked', answer: { isAcknowledged: true, status: 200 } }])
  }))

test('host test says what is not set, and what it cannot reach', async () => {
  expect((await sluice(['host', 'test'], {})).output).toMatch(/HOST_WEBHOOK_URL is not set/)
  const env = { HOST_WEBHOOK_URL: 'http://127.0.0.1:1/sluice', HOST_WEBHOOK_SECRET: SECRET }
  expect((await sluice(['host', 'test', '--type', 'customer.linked'], env)).output).toMatch(/✘ ECONNREFUSED/)
})
