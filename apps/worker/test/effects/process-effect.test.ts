import { describe, expect, test } from '@jest/globals'
import { countWaitingEffects } from '@sluice/database/outbox'
import { connect, type Pool } from '@sluice/database/pool'
import { createProducer } from '@sluice/queue'
import { createLogger, throttledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { eventually, withFolder, withPostgres, withRedis } from '@sluice/testing'
import { type HangingOptions, type TestChat, withChat, withHangingSmtp } from '@sluice/testing/stand-ins'
import { DelayedError, type Job, UnrecoverableError } from 'bullmq'
import { createEffectProcessor } from '../../src/effects/run/process-effect.ts'
import { readEnvironment } from '../../src/environment.ts'
import { createLockWaits } from '../../src/health/lock-waits.ts'
import { openOutbound } from '../../src/outbound/open.ts'

interface Processing {
  pool: Pool
  chat: TestChat
  /** Writes an effect and runs its job once. */
  process(effectKey: string, kind: string, payload: object): Promise<string>
  /** How many milliseconds the last job was delayed. */
  delayedMs(): number
  effects(): Promise<{ kind: string; status: string; error: string | null }[]>
  /** The row of the first effect, as if it had waited so many hours. */
  waits(hours: number): Promise<{ attempts: number; error: string; waits: boolean }>
  /** Everything that was logged, as text. */
  log(): string
}

/** Effects as a worker runs them, with a chat service for the staff and files instead of e-mail. */
const withProcessing = (
  use: (processing: Processing) => Promise<void>,
  settings: Record<string, string> = {},
  attempts = 1,
) =>
  withPostgres(({ url }) =>
    withRedis((redis) =>
      withChat((chat) =>
        withFolder(async (folder) => {
          const pool = connect(url, { max: 4 })
          const producer = createProducer(redis.url)
          const env = readEnvironment({
            DATABASE_URL: url,
            REDIS_URL: redis.url,
            ASSET_STORE: `file:${folder}`,
            STAFF_WEBHOOK_URL: chat.url.href,
            BOARD_URL: 'https://example.com/sluice',
            ...settings,
          })
          const outbound = openOutbound(env)
          const lines: string[] = []
          const logger = createLogger('worker', 'debug')
          for (const transport of logger.transports) transport.silent = true
          logger.on('data', (line: object) => lines.push(JSON.stringify(line)))
          const processEffect = createEffectProcessor({
            pool,
            producer,
            logger,
            throttledLog: throttledLogger(logger),
            outage: { noticed: () => {}, isOut: () => false, latestReason: () => null },
            lockWaits: createLockWaits(logger),
            outbound,
            attemptsMax: attempts,
            backoffFirstMs: 1_000,
            backoffMaxMs: 300_000,
            timeoutMs: 30_000,
          })
          let delayedMs = 0
          const process: Processing['process'] = async (effectKey, kind, payload) => {
            const { rows } = await pool.query(
              `INSERT INTO outbox_messages (effect_key, kind, payload) VALUES ($1, $2, $3)
                ON CONFLICT (effect_key) DO UPDATE SET kind = excluded.kind RETURNING id`,
              [effectKey, kind, payload],
            )
            const moveToDelayed = async (until: number) => {
              delayedMs = until - Date.now()
            }
            return processEffect({ data: rows[0], attemptsMade: 0, moveToDelayed } as unknown as Job, 'token')
          }
          try {
            await use({
              pool,
              chat,
              process,
              delayedMs: () => delayedMs,
              effects: async () =>
                (await pool.query('SELECT kind, status, error FROM outbox_messages ORDER BY effect_key')).rows,
              waits: async (hours) => {
                const { rows } = await pool.query(
                  `UPDATE outbox_messages SET waiting_since = waiting_since - make_interval(hours => $1)
                    RETURNING attempts, error, waiting_since IS NOT NULL AS waits`,
                  [hours],
                )
                return rows[0]
              },
              log: () => lines.join(''),
            })
          } finally {
            outbound.close()
            await Promise.all([pool.end(), producer.close()])
          }
        }),
      ),
    ),
  )

const counted = async (labels: Record<string, string>): Promise<number> =>
  (await metrics.effects.get()).values.find((value) => JSON.stringify(value.labels) === JSON.stringify(labels))
    ?.value ?? 0

const DISPUTE = `INSERT INTO disputes (stripe_dispute_id, status, amount, currency) VALUES ('dp_1', 'needs_response', 2000, 'eur')`

const dispute = ({ process }: Processing) => process('dispute:dp_1', 'dispute.opened', { disputeId: 'dp_1' })

test('an effect with an invalid payload becomes a dead letter that names the field', () =>
  withProcessing(async ({ pool, process }) => {
    await expect(process('receipt:in_1', 'receipt', { paymentId: 7 })).rejects.toThrow('invalid_payload')
    const { rows } = await pool.query('SELECT type, error FROM webhook_dead_letters')
    expect(rows).toEqual([{ type: 'receipt', error: 'invalid_payload: effect receipt: paymentId' }])
  }))

test('an effect that is not carried out is skipped: its row, its metric and its log line say why', () =>
  withProcessing(async (processing) => {
    const labels = { kind: 'receipt', outcome: 'skipped', reason: 'obsolete' }
    const before = await counted(labels)
    const ending = await processing.process('receipt:in_1', 'receipt', { paymentId: 'in_1' })
    expect(ending).toBe('skipped: obsolete: the payment did not succeed')
    expect(await processing.effects()).toEqual([
      { kind: 'receipt', status: 'skipped', error: 'obsolete: the payment did not succeed' },
    ])
    expect(await counted(labels)).toBe(before + 1)
    expect(JSON.parse(processing.log())).toMatchObject({
      message: 'E-mail not sent',
      type: 'receipt',
      effectKey: 'receipt:in_1',
      outcome: 'skipped',
      reason: 'obsolete',
    })
    expect(await processing.process('receipt:in_1', 'receipt', { paymentId: 'in_1' })).toBe('already skipped')
    expect(await counted(labels)).toBe(before + 1)
  }))

describe('with STAFF_WEBHOOK_URL, the staff', () => {
  test('are told of a dispute there, once, also when e-mail is switched off', () =>
    withProcessing(
      async (processing) => {
        const { pool, chat, log } = processing
        await pool.query(DISPUTE)
        expect(await dispute(processing)).toBe('done')
        expect(chat.requests).toEqual([
          expect.objectContaining({ body: { text: expect.stringContaining('*A customer disputed €20.00*') } }),
        ])
        const { rows } = await pool.query('SELECT kind, recipient, status FROM notifications')
        expect(rows).toEqual([{ kind: 'dispute.opened', recipient: '127.0.0.1', status: 'sent' }])
        await pool.query(`UPDATE outbox_messages SET status = 'pending'`)
        expect(await dispute(processing)).toBe('done')
        expect(chat.requests).toHaveLength(1)
        expect(JSON.parse(log())).toMatchObject({
          message: 'Staff notified',
          effectKey: 'dispute:dp_1',
          outcome: 'done',
        })
        expect(log()).not.toContain('secret')
      },
      { EMAILS: 'none' },
    ))

  test('are told later when the service asks to wait, and no attempt is used', () =>
    withProcessing(async (processing) => {
      const { pool, chat, delayedMs, effects } = processing
      await pool.query(DISPUTE)
      chat.failWith({ status: 429, retryAfter: '120' })
      await expect(dispute(processing)).rejects.toThrow(DelayedError)
      expect(delayedMs()).toBeGreaterThan(60_000)
      expect(delayedMs()).toBeLessThanOrEqual(120_000)
      expect(await effects()).toEqual([
        { kind: 'dispute.opened', status: 'pending', error: 'rate_limited: webhook_429' },
      ])
    }))

  test('are told of dead letters, and a message that fails becomes one dead letter, without its URL', () =>
    withProcessing(async (processing) => {
      const { pool, chat, process, effects, log } = processing
      await expect(process('receipt:in_1', 'receipt', {})).rejects.toThrow(UnrecoverableError)
      chat.failWith({ status: 404, body: 'no_service' })
      const { rows } = await pool.query(
        `SELECT effect_key, payload FROM outbox_messages WHERE kind = 'dead_letter.opened'`,
      )
      const notice = () => process(rows[0].effect_key, 'dead_letter.opened', rows[0].payload)
      await expect(notice()).rejects.toThrow('webhook_404')
      expect(await effects()).toEqual([
        {
          kind: 'dead_letter.opened',
          status: 'failed',
          error: 'webhook_404: the service does not know STAFF_WEBHOOK_URL',
        },
        { kind: 'receipt', status: 'failed', error: 'invalid_payload: effect receipt: paymentId' },
      ])
      expect(log()).not.toContain('secret')

      chat.recover()
      expect(await notice()).toBe('done')
      expect(chat.requests.at(-1)).toMatchObject({
        body: {
          text: expect.stringMatching(
            /^\*Effects of the kind receipt fail\*[\s\S]*invalid_payload: effect receipt: paymentId[\s\S]*Dead letters: 1[\s\S]*https:\/\/example\.com\/sluice\/d\/\w+/,
          ),
        },
      })
      await pool.query('UPDATE webhook_dead_letters SET redriven_at = now()')
      await pool.query(`UPDATE outbox_messages SET status = 'pending'`)
      expect(await notice()).toBe('skipped: obsolete: no such dead letter is open')
    }))
})

/** Effects with a mail server instead of a chat service. */
const overSmtp = (options: HangingOptions, use: (processing: Processing) => Promise<void>) =>
  withHangingSmtp(options, ({ url }) =>
    withProcessing(
      async (processing) => {
        await processing.pool.query(DISPUTE)
        await use(processing)
      },
      { SMTP_URL: url, STAFF_WEBHOOK_URL: '', HANDLER_TIMEOUT_MS: '2000' },
      8,
    ),
  )

describe('an e-mail that a mail server', () => {
  test('defers waits without an attempt, longer each time, and a day later is a dead letter with its cause', () =>
    overSmtp({ at: 'RCPT', reply: '451 greylisted' }, async (processing) => {
      await expect(dispute(processing)).rejects.toThrow(DelayedError)
      expect(processing.delayedMs()).toBeLessThanOrEqual(1_000)
      expect(await processing.waits(1)).toEqual({ attempts: 0, error: 'deferred: smtp_451', waits: true })
      await expect(dispute(processing)).rejects.toThrow(DelayedError)
      expect(processing.delayedMs()).toBeGreaterThan(100_000)
      await processing.waits(24)
      await expect(dispute(processing)).rejects.toThrow(UnrecoverableError)
      const { rows } = await processing.pool.query('SELECT error FROM webhook_dead_letters')
      expect(rows).toEqual([{ error: 'smtp_451: it was deferred for 24 hours' }])
      expect(await processing.waits(0)).toMatchObject({ waits: false })
    }))

  test('refuses together with all others waits until that is mended, and the metric says so', () =>
    overSmtp({ at: 'AUTH', reply: '535 wrong password' }, async (processing) => {
      await expect(dispute(processing)).rejects.toThrow(DelayedError)
      await processing.waits(1_000)
      await expect(dispute(processing)).rejects.toThrow(DelayedError)
      expect(await processing.waits(0)).toEqual({ attempts: 0, error: 'access_denied: smtp_535', waits: true })
      expect(await countWaitingEffects(processing.pool)).toEqual([
        { kind: 'dispute.opened', cause: 'access_denied', count: 1, ageSeconds: expect.any(Number) },
      ])
    }))

  test('waits for another cause anew', () =>
    overSmtp({ at: 'RCPT', reply: '451 greylisted' }, async (processing) => {
      await expect(dispute(processing)).rejects.toThrow(DelayedError)
      await processing.pool.query(
        `UPDATE outbox_messages SET error = 'unreachable: ECONNREFUSED', waiting_since = now() - '3 days'::interval`,
      )
      await expect(dispute(processing)).rejects.toThrow(DelayedError)
      expect(processing.delayedMs()).toBeLessThanOrEqual(1_000)
    }))

  test('took and did not confirm is sent three times at most, minutes apart', () =>
    overSmtp({ at: 'message', reply: 'hang up' }, async (processing) => {
      await expect(dispute(processing)).rejects.toThrow(DelayedError)
      expect(processing.delayedMs()).toBeGreaterThan(250_000)
      expect(await processing.waits(0)).toMatchObject({ attempts: 1 })
      await processing.pool.query('UPDATE outbox_messages SET attempts = 2')
      // Until then the server is in its pause.
      const ended = await eventually(async () => {
        const ending = await dispute(processing).catch((error: Error) => error)
        expect(ending).not.toBeInstanceOf(DelayedError)
        return ending
      })
      expect(ended).toBeInstanceOf(UnrecoverableError)
      const { rows } = await processing.pool.query('SELECT error FROM webhook_dead_letters')
      expect(rows).toEqual([
        {
          error: 'may_have_been_delivered: the mail server took the message and confirmed nothing (ECONNECTION)',
        },
      ])
    }))
})
