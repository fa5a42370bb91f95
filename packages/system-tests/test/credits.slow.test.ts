import { expect, test } from '@jest/globals'
import { connect, type Pool } from '@sluice/database/pool'
import { replay } from '@sluice/database/replay'
import { decide } from '@sluice/handlers'
import { createRandom, predictionLifecycle, type SentEvent, shuffle } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { type TestHost, type TestStripe, withHost, withStripe } from '@sluice/testing/stand-ins'
import { BUYERS, type Buyer, catalogue, lineItems, purchases, reversals } from './support/credit-events.ts'
import { acknowledgedBy, HOST_SECRET } from './support/host-messages.ts'
import { ledgerFindings } from './support/ledger-findings.ts'
import { allHandled, sendAll } from './support/stack.ts'

type Parts = { stack: Stack; stripe: TestStripe; host: TestHost; asHost: Pool; asOwner: Pool }

/** Two workers, Stripe, and a host application with the rights of its own role. */
const withCredits = (use: (parts: Parts) => Promise<void>) =>
  withStripe((stripe) =>
    withHost((host) =>
      withStack(
        {
          workers: 2,
          env: {
            ...stripe.env,
            ...{ HOST_WEBHOOK_URL: host.url, HOST_WEBHOOK_SECRET: HOST_SECRET, EMAILS: 'none' },
            ...{ SWEEP_INTERVAL_MS: '300', UNCLAIMED_PAYMENT_SECONDS: '600' },
          },
        },
        async (stack) => {
          const pools = [stack.postgres.roleUrl('sluice_host'), stack.postgres.url].map((url) => connect(url))
          const [asHost, asOwner] = pools as [Pool, Pool]
          try {
            await use({ stack, stripe, host, asHost, asOwner })
          } finally {
            await Promise.all(pools.map((pool) => pool.end()))
          }
        },
      ),
    ),
  )

/** The time in which an invoice or a session may claim a bare intent is over. */
const NOBODY_CLAIMS = `UPDATE payment_references SET unclaimed_since = now() - '1 h'::interval
  WHERE unclaimed AND reference LIKE 'pi_bare%'`

/** For a machine that is busy with other things. */
const PATIENCE_MS = 150_000

/** Each at least once, some several times. */
function repeated(events: SentEvent[], seed: string): SentEvent[] {
  const random = createRandom(seed)
  return shuffle([...events, ...events.filter(() => random.chance(0.5))], seed)
}

const one = async (pool: Pool, text: string, values: unknown[]) =>
  Object.values((await pool.query(text, values)).rows[0])[0]

/** The balances as the host reads them. */
async function balances(asHost: Pool, run: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const buyer of BUYERS) found[buyer] = Number(await one(asHost, 'SELECT credits($1)', [`${buyer}_${run}`]))
  return found
}

const bookedIn = async (asOwner: Pool) =>
  (await asOwner.query('SELECT entry_key, account, amount, user_id FROM credit_entries ORDER BY id')).rows

const addUsers = (asHost: Pool, run: string) =>
  asHost.query('INSERT INTO users (id, email) SELECT id, NULL FROM unnest($1::text[]) AS id', [
    BUYERS.map((buyer) => `${buyer}_${run}`),
  ])

/** The host starts a generation: its credits are reserved first. */
async function start(asHost: Pool, buyer: Buyer, amount: number, ending: string): Promise<boolean> {
  const job = `job_${buyer}_${ending}`
  const isReserved = await one(asHost, 'SELECT sluice_reserve_credits($1, $2, $3)', [`${buyer}_1`, amount, job])
  if (isReserved)
    await asHost.query('INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ($1, $2, $3)', [
      ...[job, `${buyer}_1`, predictionOf(buyer, ending)],
    ])
  return isReserved === true
}

const predictionOf = (buyer: Buyer, ending: string) => `prediction${buyer}${ending}`

const ended = (buyer: Buyer, ending: 'succeeded' | 'failed' | 'canceled') =>
  predictionLifecycle({ seed: `${buyer} ${ending}`, ending, predictionId: predictionOf(buyer, ending) })

test(
  'credits have one balance, whatever the order, the repetitions and the death of a worker',
  () =>
    withCredits(async ({ stack, stripe, host, asHost, asOwner }) => {
      for (const run of ['1', '2']) {
        await addUsers(asHost, run)
        stripe.put(lineItems(run))
      }
      // Run 1 buys now, and its money goes back later. Run 2 does all at the same time.
      const first = [...catalogue, ...purchases('1'), ...purchases('2'), ...reversals('2')]
      await sendAll(stack, repeated(first, 'first'))
      await eventually(async () => {
        await stack.query(NOBODY_CLAIMS)
        expect(await balances(asHost, '1')).toEqual({ pack: 221, plan: 200, bare: 25, won: 50 })
        expect(await balances(asHost, '2')).toEqual({ pack: 148, plan: 100, bare: 25, won: 50 })
      }, PATIENCE_MS)
      expect(stripe.requests.filter(({ path }) => path.endsWith('/line_items'))).toHaveLength(2)

      expect(await start(asHost, 'pack', 30, 'succeeded')).toBe(true)
      expect(await start(asHost, 'plan', 40, 'failed')).toBe(true)
      expect(await start(asHost, 'bare', 20, 'succeeded')).toBe(true)
      expect(await start(asHost, 'bare', 6, 'failed')).toBe(false)
      expect(await start(asHost, 'won', 50, 'canceled')).toBe(true)
      expect(await balances(asHost, '1')).toEqual({ pack: 191, plan: 160, bare: 5, won: 0 })

      const second = [
        ...reversals('1'),
        ...[...ended('pack', 'succeeded'), ...ended('plan', 'failed')],
        ...[...ended('bare', 'succeeded'), ...ended('won', 'canceled')],
      ]
      const sending = sendAll(stack, repeated([...second, ...first], 'second'))
      await eventually(async () =>
        expect(await one(asHost, 'SELECT count(*)::int FROM refunds', [])).toBeGreaterThan(0),
      )
      await stack.workers[0]?.kill('SIGKILL')
      await sending
      const fetched = 2
      expect(await allHandled(stack, first.length + second.length + fetched, PATIENCE_MS)).toEqual({
        processed: first.length + second.length + fetched,
      })
      await eventually(async () => {
        expect(await balances(asHost, '1')).toEqual({ pack: 118, plan: 100, bare: 5, won: 50 })
        expect(await balances(asHost, '2')).toEqual({ pack: 148, plan: 100, bare: 25, won: 50 })
      }, PATIENCE_MS)
      expect(await ledgerFindings(asOwner)).toEqual([])

      await eventually(() => {
        const notified = acknowledgedBy(host).flatMap(({ type, data }) =>
          type === 'entitlements.changed' ? [data['userId']] : [],
        )
        expect(new Set(notified)).toEqual(new Set(BUYERS.flatMap((buyer) => [`${buyer}_1`, `${buyer}_2`])))
      })

      const [asked, booked] = [stripe.requests.length, await bookedIn(asOwner)]
      await replay(asOwner, { since: new Date(0) }, { decide })
      await allHandled(stack, first.length + second.length + fetched, PATIENCE_MS)
      expect([stripe.requests.length, await bookedIn(asOwner)]).toEqual([asked, booked])
    }),
  400_000,
)
