import { expect, test } from '@jest/globals'
import { type AccountHistory, type AccountUser, accountHistory } from '@sluice/simulator'
import { eventually, SECRETS, type Stack, type TestProcess, withStack } from '@sluice/testing'
import { type FilledAccount, type TestStripe, withSmtp, withStripe } from '@sluice/testing/stand-ins'
import { describeImport, differences, hashOf } from './support/import-report.ts'
import { insertUsers, pages, usersWithWrongRole, watchRoles } from './support/imported-account.ts'
import { rowsAtStripe } from './support/rows-at-stripe.ts'
import { allHandled } from './support/stack.ts'
import { importUntilDone } from './support/watch-import.ts'

/** `IMPORT_CUSTOMERS=20000` is the account of a company; the test's own is small. */
const CUSTOMERS = Number(process.env['IMPORT_CUSTOMERS'] ?? 40)
const PAGE = 100
/** When each run but the last is killed: in a request, and just after an answer. */
const KILL_AFTER_MS = [0, 5, 20]
/** Of a dispute, which is a live event as well: no import has an effect. */
const STAFF = 'billing@localhost'
const BUSY_SECONDS = 2 * 3_600
/** The share of customers with live events. Each gets e-mails with documents, which take longer than an import. */
const BUSY = CUSTOMERS > 2_000 ? 0.1 : 0.3
/** Far more than any step takes on a busy machine. */
const STEP_MS = 240_000 + CUSTOMERS * 180
const SECOND_MS = 1_000

/** Of Stripe's rate limit: https://docs.stripe.com/rate-limits */
const RATE = { perSecond: 100, retryAfter: 1 }

const ENV = { UNCLAIMED_PAYMENT_SECONDS: '1' }

test(
  'an import that is killed three times, while live events arrive, leaves the rows that webhooks alone leave',
  async () => {
    const until = Math.floor(Date.now() / SECOND_MS)
    const history = kept(
      accountHistory({ seed: 'import', customers: CUSTOMERS, until, busyFor: BUSY_SECONDS, busy: BUSY }),
    )
    const moment = new Date((until - BUSY_SECONDS) * SECOND_MS)
    // One after the other: filling the account of a company blocks this process for longer than an app may take to start.
    const imported = await rowsAfterImport(history, moment)
    const expected = await rowsAfterWebhooks(history, moment)
    expect(imported['subscriptions']?.length).toBeGreaterThan(CUSTOMERS / 2)
    console.log(`hash of the rows: ${hashOf(imported)}, by webhooks alone: ${hashOf(expected)}`)
    expect(differences(imported, expected)).toEqual({})
  },
  3 * STEP_MS,
)

/** A small account is made once; a large one again each time, since it would not fit into memory. */
function kept(history: AccountHistory): AccountHistory {
  if (CUSTOMERS > 2_000) return history
  const users = [...history.users()]
  return { ...history, users: () => users.values() }
}

const hasChangeAfter =
  (moment: Date) =>
  ({ changes }: AccountUser): boolean =>
    changes.some(({ event }) => event.at > moment)

const rowsAfterImport = (history: AccountHistory, moment: Date) =>
  withSmtp((smtp) =>
    withStripe(
      (stripe) =>
        withStack({ env: { ...ENV, ...stripe.env, SMTP_URL: smtp.url } }, async (stack) => {
          await insertUsers(stack, history, moment)
          await watchRoles(stack)
          const account = stripe.fill(history, moment)
          stripe.setDate(moment)
          stripe.addEndpoint({ url: `${stack.ingests[0]?.url}/webhooks/stripe`, secret: SECRETS.stripe })
          stripe.limitRate(RATE)

          await importBetween(stack, stripe, account)

          await allHandled(stack, account.later.length, STEP_MS)
          await allBooked(stack)
          expect(await stack.query(`SELECT type, error FROM webhook_events WHERE status <> 'processed'`)).toEqual([])
          expect(await usersWithWrongRole(stack, history, moment)).toEqual([])
          expect(await effectsOfImports(stack)).toEqual([])
          const live = new Set([...history.users()].filter(hasChangeAfter(moment)).map(({ email }) => email))
          expect(
            smtp.mails.map(({ to }) => to.replace(/^moved\./, '')).filter((to) => !live.has(to) && to !== STAFF),
          ).toEqual([])
          console.log(`${smtp.mails.length} e-mails, all to the ${live.size} users of live events`)
          return rowsAtStripe(stack)
        }),
      { key: 'sk_live_of_an_account_that_allows_25_requests_a_second' },
    ),
  )

const rowsAfterWebhooks = (history: AccountHistory, moment: Date) =>
  withStripe((stripe) => rowsAfterDelivery(history, moment, stripe))

const rowsAfterDelivery = (history: AccountHistory, moment: Date, stripe: TestStripe) =>
  withStack({ env: { ...ENV, EMAILS: 'none' } }, async (stack) => {
    await insertUsers(stack, history, moment)
    stripe.addEndpoint({ url: `${stack.ingests[0]?.url}/webhooks/stripe`, secret: SECRETS.stripe })
    let count = history.catalogue.length
    await stripe.deliver(history.catalogue.map(({ event }) => event))
    for (const users of pages(history.users(), 200)) {
      const events = users.flatMap(({ changes }) => changes.map(({ event }) => event))
      const deliveries = await stripe.deliver(events, { backoffMs: 200 })
      expect(deliveries.filter(({ statuses }) => statuses.at(-1) !== 200)).toEqual([])
      count += events.length
    }
    await allHandled(stack, count, STEP_MS)
    await allBooked(stack)
    console.log(`${count} events processed by webhooks alone`)
    return rowsAtStripe(stack)
  })

/** The import, killed and started again, while the changes happen at Stripe, a few with each of its requests. */
async function importBetween(stack: Stack, stripe: TestStripe, { later, counts }: FilledAccount): Promise<void> {
  const expected = Object.values(counts).reduce((sum, count) => sum + Math.ceil(count / PAGE), 0)
  const share = Math.ceil(later.length / expected)
  const left = [...later]
  const happening: Promise<unknown>[] = []
  const killAt = KILL_AFTER_MS.map((_, kill) => Math.ceil((expected * (kill + 1)) / (KILL_AFTER_MS.length + 2)))
  const runs: TestProcess[] = []
  let requests = 0

  function letHappen(count: number): void {
    const changes = left.splice(0, count)
    const last = changes.at(-1)
    if (!last) return
    stripe.setDate(last.event.at)
    happening.push(stripe.happen(changes, { backoffMs: 200 }))
  }
  stripe.beforeAnswer(() => {
    letHappen(share)
    requests += 1
    const kill = killAt.indexOf(requests)
    if (kill >= 0) setTimeout(() => runs.at(-1)?.kill(), KILL_AFTER_MS[kill])
  })

  const { exitCode, output, samples } = await importUntilDone(stack, (run) => runs.push(run))
  expect({ exitCode, output }).toEqual({ exitCode: 0, output })
  expect(runs).toHaveLength(KILL_AFTER_MS.length + 1)
  letHappen(left.length)
  await Promise.all(happening)
  const objects = Object.values(counts).reduce((sum, count) => sum + count, 0)
  console.log(`${CUSTOMERS} customers: ${describeImport(stripe, samples, objects)}\n${output}`)
}

/** Waits until workers have booked each payment that neither an invoice nor a session has claimed. */
const allBooked = (stack: Stack) =>
  eventually(
    async () => expect(await stack.query('SELECT 1 FROM payment_references WHERE unclaimed LIMIT 1')).toEqual([]),
    STEP_MS,
  )

/** Effects that an import asked for; there is one message to the host alone, when it is done. */
const effectsOfImports = (stack: Stack) =>
  stack.query(
    `SELECT kind, effect_key FROM outbox_messages m JOIN webhook_events e ON e.id = m.webhook_event_id
      WHERE e.type LIKE 'import.%' AND kind <> 'features.invalidate'`,
  )
