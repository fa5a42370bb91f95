import { expect, test } from '@jest/globals'
import { verify } from '@sluice/host'
import { entryOf, eventually, startProcess, withStack } from '@sluice/testing'
import { withHost } from '@sluice/testing/stand-ins'
import { environmentOf, sluice } from './sluice.ts'

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgaG9zdCBhcHBsaWNhdGlvbg=='

test('listen forwards the messages of a running Sluice that has no URL, and prints each with its answer', () =>
  withHost((host) =>
    withStack({ env: { HOST_WEBHOOK_SECRET: SECRET } }, async (stack) => {
      const env = { ...environmentOf(stack), HOST_WEBHOOK_SECRET: SECRET }
      await sluice(['send', 'stripe', 'customer.subscription.created'], env)
      expect(await stack.query(`SELECT FROM outbox_messages WHERE kind = 'host.message'`)).toEqual([])

      const listening = startProcess(entryOf('cli'), ['listen', '--forward-to', host.url.replace('http://', '')], {
        cwd: stack.directory,
        env,
      })
      try {
        await eventually(async () => expect(listening.output()).toContain(SECRET))
        await sluice(['send', 'stripe', 'customer.subscription.created'], env)
        await eventually(async () => expect(listening.output()).toMatch(/subscription\.changed +✔ 204 .*sub_/))
        for (const { body, headers } of host.requests) verify(body, headers, SECRET)
        expect(await listening.kill('SIGINT')).toBe(0)
      } finally {
        await listening.kill()
      }
    }),
  ))
