import { expect, test } from '@jest/globals'
import { type CustomerFact, type Fact, type Handler, processed } from '@sluice/events'
import { type Preview, type PreviewSteps, previewReplay } from '../../src/replay/index.ts'
import { at, customer, payment, refund, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

/** Handlers that now say this of these events, by the order in which they came. */
const saying =
  (...facts: Fact[][]): Handler =>
  ({ eventId }) =>
    processed(facts[Number(eventId.slice('evt_'.length))] ?? [])

const contact = (name: string) => ({ email: `${name}@example.com`, deleted: false })

const previewOf = async ({ pool, query }: TestWorker, decide: Handler, steps?: PreviewSteps) => {
  const ids = (await query<{ id: string }>('SELECT id FROM webhook_events ORDER BY id')).map(({ id }) => id)
  return previewReplay(pool, ids, { decide, pastDueIsActive: true }, steps)
}

test('a preview lists rows and columns, but not values that identify a person', () =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
    const before = customer({ contact: contact('old'), links: [{ userId: 'user_1', by: 'metadata' }] })
    await worker.handle({ facts: [before, subscription(0, 'incomplete')] })
    const after = [
      customer({ contact: contact('new'), links: [{ userId: 'user_1', by: 'metadata' }], occurredAt: at(1) }),
      subscription(1, 'active'),
      payment({ amount: 900 }),
    ]

    const { rows, failures } = await previewOf(worker, saying(after))
    expect(failures).toEqual([])
    expect(rows.filter(({ isNew }) => !isNew)).toEqual([
      { table: 'customers', key: 'cus_1', isNew: false, columns: [{ column: 'email' }] },
      {
        ...{ table: 'subscriptions', key: 'sub_1', isNew: false },
        columns: [
          { column: 'status', before: 'incomplete', after: 'active' },
          { column: 'is_active', before: false, after: true },
        ],
      },
      {
        ...{ table: 'users', key: 'user_1', isNew: false },
        columns: [
          { column: 'role', before: 'FREE', after: 'PREMIUM' },
          { column: 'host_role', before: null, after: 'FREE' },
        ],
      },
    ])
    expect(rows.filter(({ isNew }) => isNew).map(({ table, key }) => `${table} ${key}`)).toEqual([
      'payments in_1',
      'ledger_entries payment:in_1 cash debit',
      'ledger_entries payment:in_1 revenue credit',
    ])
    expect(JSON.stringify(rows)).not.toContain('example.com')
  }))

test('an event that Postgres would refuse fails alone', () =>
  withWorker(async (worker) => {
    await worker.handle({})
    await worker.handle({})
    const { rows, failures } = await previewOf(
      worker,
      saying([refund(0, 'succeeded', { amount: 1e20 })], [refund(0, 'succeeded', { refundId: 're_2' })]),
    )
    expect(failures).toEqual([
      { eventId: 'evt_0', type: 'invoice.paid', cause: 'database_22003: Postgres refused its rows' },
    ])
    expect(rows.map(({ key }) => key)).toEqual(['re_2'])
  }))

test('a running preview locks only rows that would change', () =>
  withWorker(async (worker) => {
    const [unchanged, changed, held] = [
      customer({}),
      customer({ customerId: 'cus_2' }),
      customer({ customerId: 'cus_3' }),
    ]
    // Three batches of 64, 64 and one, in the order of their ordering keys.
    const events = Array.from({ length: 2 * 64 + 1 }, (_, index) => `evt_${index}`)
    const [first = '', second = '', third = ''] = [0, 64, 128].map((index) => events.toSorted()[index])
    const saidBefore: Record<string, Fact> = { [first]: unchanged, [second]: changed, [third]: held }
    for (const event of events) {
      const fact = saidBefore[event]
      if (fact) await worker.handle({ facts: [fact] })
      else await worker.append({})
    }
    const saidBy: Record<string, Fact> = { ...saidBefore, [second]: { ...changed, contact: contact('new') } }
    const decide: Handler = ({ eventId }) => processed([saidBy[eventId]].filter((fact) => fact !== undefined))

    const client = await worker.pool.connect()
    const isFree = ({ customerId }: CustomerFact) =>
      worker.query('SELECT FROM customers WHERE stripe_customer_id = $1 FOR UPDATE NOWAIT', [customerId]).then(
        () => true,
        () => false,
      )
    let batches = 0
    try {
      await client.query('BEGIN')
      await client.query(`SELECT FROM customers WHERE stripe_customer_id = 'cus_3' FOR UPDATE`)
      let preview: Promise<Preview> | undefined
      const seen = new Promise<boolean[]>((resolve, reject) => {
        const advance = () => {
          batches += 1
          if (batches === 2) resolve(Promise.all([isFree(unchanged), isFree(changed)]))
        }
        preview = previewOf(worker, decide, { advance })
        preview.catch(reject)
      })
      expect(await seen).toEqual([true, false])
      await client.query('ROLLBACK') // the third batch has waited for this
      expect((await preview)?.rows.filter(({ table }) => table === 'customers')).toHaveLength(1)
    } finally {
      client.release(true)
    }
    expect(await isFree(changed)).toBe(true)
  }))

test('a preview that conflicts with a worker stops, and leaves no changes', () =>
  withWorker(async (worker) => {
    await worker.handle({ facts: [customer({})] })
    const client = await worker.pool.connect()
    try {
      await client.query('BEGIN')
      await client.query('SELECT FROM customers FOR UPDATE')
      await expect(previewOf(worker, saying([customer({ contact: contact('new') })]))).rejects.toThrow(
        'Workers have locked rows',
      )
      await client.query('UPDATE customers SET deleted = true')
      await client.query('COMMIT')
    } finally {
      client.release()
    }
    expect(await worker.query('SELECT email, deleted FROM customers')).toEqual([{ email: null, deleted: true }])
  }))

test('a preview unlocks rows before it blocks workers for too long, and goes on', () =>
  withWorker(async (worker) => {
    const events = Array.from({ length: 65 }, (_, index) => `evt_${index}`)
    const customerOf = (event: string) => customer({ customerId: `cus_${event}` })
    for (const event of events) await worker.handle({ facts: [customerOf(event)] })
    const steps = { heldMaxMs: -1 }
    const decide: Handler = ({ eventId }) => processed([{ ...customerOf(eventId), contact: contact('new') }])
    const { rows } = await previewOf(worker, decide, steps)
    expect(rows.map(({ key }) => key).sort()).toEqual(events.map((event) => `cus_${event}`).sort())
  }))
