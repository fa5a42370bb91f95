import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { createProducer } from '@sluice/queue'
import { createLogger, throttledLogger } from '@sluice/runtime/logger'
import { withPostgres, withRedis } from '@sluice/testing'
import type { Job } from 'bullmq'
import { createEffectProcessor, type EffectProcessing } from '../../src/effects/run/process-effect.ts'

test('an effect with an invalid payload becomes a dead letter that names the field', () =>
  withPostgres(({ url }) =>
    withRedis(async (redis) => {
      const pool = connect(url, { max: 4 })
      const producer = createProducer(redis.url)
      const logger = createLogger('worker', 'error')
      const process = createEffectProcessor({
        pool,
        producer,
        logger,
        throttledLog: throttledLogger(logger),
        outage: { noticed: () => {}, isOut: () => false },
        outbound: {} as EffectProcessing['outbound'], // the effect fails before it needs any
        attemptsMax: 1,
        timeoutMs: 5_000,
      })
      try {
        const { rows } = await pool.query(
          `INSERT INTO outbox_messages (effect_key, kind, payload) VALUES ('receipt:in_1', 'receipt', '{"paymentId": 7}')
            RETURNING id`,
        )
        const job = { data: { id: rows[0].id }, attemptsMade: 0 } as Job<{ id: string }>
        await expect(process(job, 'token')).rejects.toThrow('invalid_payload')
        const { rows: deadLetters } = await pool.query('SELECT type, error FROM webhook_dead_letters')
        expect(deadLetters).toEqual([{ type: 'receipt', error: 'invalid_payload: effect receipt: paymentId' }])
      } finally {
        await Promise.all([pool.end(), producer.close()])
      }
    }),
  ))
