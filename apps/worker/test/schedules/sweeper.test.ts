import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { createConsumer, createProducer, type EventJobData, QUEUES } from '@sluice/queue'
import { eventually, withPostgres, withRedis } from '@sluice/testing'
import { startSweeper } from '../../src/schedules/sweeper.ts'

test('events are swept although the host has locked its tables', () =>
  withPostgres(({ url }) =>
    withRedis(async (redis) => {
      const [pool, host] = [connect(url, { max: 4, deadlineMs: 400 }), connect(url, { max: 1 })]
      const producer = createProducer(redis.url)
      await host.query(`INSERT INTO users (id) VALUES ('user_1');
        INSERT INTO customers (stripe_customer_id, link_user_id, link_user_ids) VALUES ('cus_1', 'user_1', '{user_1}');
        INSERT INTO webhook_events (provider, event_id, type, ordering_key, headers, raw_body, sweep_after)
          VALUES ('stripe', 'evt_1', 'invoice.paid', 'x', '{}', '{}', 'epoch')`)
      await host.query('BEGIN; LOCK TABLE users, generation_jobs')
      const lines: string[] = []
      const log = (message: string) => void lines.push(message)
      const sweeper = startSweeper(pool, producer, 50, { warn: log, error: log })
      try {
        const sweptAgainAt = `SELECT sweep_after > now() AS swept FROM webhook_events`
        await eventually(async () => expect((await pool.query(sweptAgainAt)).rows).toEqual([{ swept: true }]))
        expect(lines).toContain('Sweep failed')
      } finally {
        await sweeper.stop()
        await Promise.all([pool.end(), host.query('ROLLBACK').then(() => host.end()), producer.close()])
      }
    }),
  ))

test('an event whose job a refused script has left in no list is processed', () =>
  withPostgres(({ url }) =>
    withRedis(async (redis) => {
      const pool = connect(url, { max: 4 })
      const producer = createProducer(redis.url)
      const processed: EventJobData[] = []
      const options = { concurrency: 4, backoffFirstMs: 5, backoffMaxMs: 50 }
      const take = async (job: { data: EventJobData }) => processed.push(job.data)
      const { worker, disconnect } = createConsumer<EventJobData>(redis.url, QUEUES.events, take, options)
      const { rows } = await pool.query<{ id: string }>(`
        INSERT INTO webhook_events (provider, event_id, type, ordering_key, headers, raw_body, received_at, sweep_after)
          VALUES ('stripe', 'evt_1', 'invoice.paid', 'x', '{}', '{}', now() - '31 s'::interval, 'epoch') RETURNING id::text`)
      const ids = { provider: 'stripe', eventId: 'evt_1', id: rows[0]?.id as string }
      await eventually(() => producer.enqueue({ ...ids, type: 'invoice.paid' }))
      expect(await producer.redis?.lrem('sluice:webhook-events:wait', 0, 'stripe-evt_1')).toBe(1)
      worker.run().catch(() => {})
      const log = () => {}
      const sweeper = startSweeper(pool, producer, 50, { warn: log, error: log })
      try {
        await eventually(() => expect(processed).toEqual([ids]))
      } finally {
        await sweeper.stop()
        await worker.close()
        disconnect()
        await Promise.all([pool.end(), producer.close()])
      }
    }),
  ))
