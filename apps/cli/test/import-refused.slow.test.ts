import { describe, expect, test } from '@jest/globals'
import { StripeApiError } from '@sluice/providers/stripe/api'
import { entryOf, eventually, startProcess, withFolder } from '@sluice/testing'
import type { TestStripe } from '@sluice/testing/stand-ins'
import { explain } from '../src/lib/import/open.ts'
import { CREATED, customer, pagesOf, withAccount } from './imported-account.ts'

describe('import stripe', () => {
  test('names each permission that the key lacks, before it reads anything', () =>
    withAccount([customer('cus_1')], async ({ stripe, bringIn, imported }) => {
      for (const path of ['/v1/invoices', '/v1/payment_methods']) stripe.forbid(path)
      const { exitCode, output } = await bringIn()
      expect(output).toBe(
        [
          'STRIPE_API_KEY may not read:',
          '  PaymentMethods, Invoices',
          'Allow it to read them in the Stripe dashboard, or leave them out with --only. Nothing was read.\n',
        ].join('\n'),
      )
      expect(exitCode).toBe(1)
      expect(await imported()).toEqual([])
      expect(pagesOf(stripe)).toEqual([])
    }))

  test('says which permission the key has lost meanwhile', () => {
    const refused = new StripeApiError('stripe_refused', 'Stripe answered 403', 0, 403, 'credit notes')
    expect(() => explain(refused)).toThrow(
      'STRIPE_API_KEY may not read credit notes any more. Allow it to in the Stripe dashboard, and run the import again.',
    )
  })

  test('says what to do about a key that Stripe does not know', () =>
    withAccount([], async ({ stripe, runWith }) => {
      expect(await runWith({ ...stripe.env, STRIPE_API_KEY: 'sk_test_wrong' }, 'import', 'stripe')).toEqual({
        exitCode: 1,
        output: 'Stripe answered 401: is STRIPE_API_KEY right?\n',
      })
    }))

  test('refuses a key of the mode that workers ignore', () =>
    withAccount([customer('cus_1')], async ({ stripe, runWith, imported }) => {
      const { exitCode, output } = await runWith(
        { ...stripe.env, LIVEMODE: 'true' },
        'import',
        'stripe',
        '--only',
        'customers',
      )
      expect(output).toContain('STRIPE_API_KEY is a key of test mode')
      expect(exitCode).toBe(1)
      expect(await imported()).toEqual([])
    }))

  test('refuses a database of an older version, and asks Stripe nothing', () =>
    withAccount([customer('cus_1')], async ({ stripe, bringIn, client }) => {
      await client.query(
        `DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
      )
      for (const args of [[], ['--dry-run']]) {
        const { exitCode, output } = await bringIn(...args)
        expect(output).toMatch(/^The database lacks the migration \d+_\w+: run sluice migrate first\.\n$/)
        expect(exitCode).toBe(1)
      }
      expect(stripe.requests).toEqual([])
    }))

  test('waits as long as Stripe asks', () =>
    withAccount([customer('cus_1')], async ({ stripe, bringIn, imported }) => {
      stripe.failWith({ status: 429, retryAfter: 2, times: 1 })
      expect(await bringIn('--only', 'customers')).toMatchObject({ exitCode: 0 })
      expect(await imported()).toEqual(['customer.cus_1'])
      const [refused, next] = stripe.requests
      expect(next?.path).toBe(refused?.path)
      expect(Number(next?.at) - Number(refused?.at)).toBeGreaterThanOrEqual(2_000)
    }))

  test.each(['SIGKILL', 'SIGINT'] as const)('goes on where %s stopped it', (signal) =>
    withAccount(
      Array.from({ length: 250 }, (_, index) => customer(`cus_${index}`, { created: CREATED - index })),
      async ({ stripe, bringIn, imported, url }) => {
        await stopAtPage(2, signal, { stripe, url })
        const asked = pagesOf(stripe).length
        expect((await imported()).length).toBeLessThan(250)

        expect(await bringIn('--only', 'customers')).toMatchObject({ exitCode: 0 })
        expect(new Set(await imported()).size).toBe(250)
        expect(await imported()).toHaveLength(250)
        const [next] = pagesOf(stripe).slice(asked)
        expect(next).toContain('starting_after')
      },
    ),
  )
})

/** Starts an import of customers, and stops it as it asks for its n-th page. */
const stopAtPage = (page: number, signal: NodeJS.Signals, { stripe, url }: { stripe: TestStripe; url: string }) =>
  withFolder(async (cwd) => {
    const env = { DATABASE_URL: url, ...stripe.env }
    const run = startProcess(entryOf('cli'), ['import', 'stripe', '--only', 'customers'], { env, cwd })
    stripe.beforeAnswer(async () => {
      if (pagesOf(stripe).length !== page || run.pid === undefined) return
      process.kill(run.pid, signal)
      if (signal === 'SIGKILL') await run.exited
    })
    await run.exited
    stripe.beforeAnswer(() => {})
    await eventually(async () => expect(pagesOf(stripe).length).toBe(page))
  })
