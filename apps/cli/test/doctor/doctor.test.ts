import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkAssetStore, readDeployment } from '@sluice/doctor'
import { withS3 } from '@sluice/testing/stand-ins'
import { examine } from '../../src/doctor/examine.ts'
import { readSettings } from '../../src/lib/settings.ts'
import { sluice } from '../sluice.ts'
import { type Env, failuresOf, linesOfChecklist, query, RULE, typesOfGuide, withHealthy } from './healthy.ts'

/** Settings that break one thing, the name of that finding, and its text. */
const BROKEN_SETTINGS: [name: string, env: Env, check: string, says: RegExp][] = [
  ['the API key as signing secret', { STRIPE_WEBHOOK_SECRET: 'sk_live_x' }, 'STRIPE_WEBHOOK_SECRET', /whsec_ and/],
  ['a short password', { BOARD_PASSWORD: 'short' }, 'BOARD_PASSWORD', /12 characters/],
  ['no mode', { LIVEMODE: '' }, 'LIVEMODE', /test events are recorded/],
  ['live mode with a test key', { LIVEMODE: 'true' }, 'LIVEMODE', /not a live mode key/],
  ['no proxy told', { TRUST_PROXY: '' }, 'TRUST_PROXY', /Set the number/],
  ['a key that Stripe refuses', { STRIPE_API_KEY: 'sk_test_other' }, 'Stripe endpoint', /STRIPE_API_KEY right/],
  ['no mail server', { SMTP_URL: 'smtp://user:secret@127.0.0.1:1' }, 'SMTP_URL', /^ECONNREFUSED/],
  ['a file where documents go', { ASSET_STORE: 'file:/dev/null/x' }, 'ASSET_STORE', /^ENOTDIR/],
  ['no Postgres', { DATABASE_URL: 'postgres://a:secret@127.0.0.1:1/x' }, 'Postgres', /^ECONNREFUSED.*running/],
  ['no role', { WORKER_DATABASE_URL: '' }, 'sluice_worker', /WORKER_DATABASE_URL is not set/],
  ['no Redis', { REDIS_URL: 'redis://127.0.0.1:1' }, 'Redis', /running/],
  ['a queue for trying out', { REDIS_URL: 'postgres://127.0.0.1:1/x' }, 'Redis', /for trials/],
]

describe('sluice doctor', () => {
  const before = process.env['NODE_ENV']
  beforeEach(() => {
    process.env['NODE_ENV'] = 'production'
  })
  afterEach(() => {
    process.env['NODE_ENV'] = before
  })

  test('finds nothing wrong where nothing is', () =>
    withHealthy(async ({ env, prometheus }) => {
      const { exitCode, output } = await sluice(['doctor', '--prometheus', prometheus.url], env)

      expect(output).not.toMatch(/^[✗!–]/m)
      expect(output.split('\n').filter((line) => line.startsWith('✓')).length).toBeGreaterThan(15)
      expect(linesOfChecklist().length).toBeGreaterThan(12)
      for (const line of linesOfChecklist()) expect(output).toContain(`✓ ${line} `)
      expect(exitCode).toBe(0)
    }))

  test('names the one setting that is broken, tells what to do, and no secret', () =>
    withHealthy(async ({ env }) => {
      for (const [name, broken, check, says] of BROKEN_SETTINGS) {
        const failures = await failuresOf({ ...env, ...broken })
        expect([name, failures]).toEqual([name, { [check]: expect.stringMatching(says) }])
        expect(JSON.stringify(failures)).not.toMatch(/secret@|sk_live_x|sk_test_other/)
      }
    }))

  test('names what is broken at Stripe and at Prometheus', () =>
    withHealthy(async ({ env, endpoint, prometheus: { url, answers } }) => {
      const said = () => failuresOf(env, url)
      endpoint({ status: 'disabled' })
      answers['alertmanagers'] = { activeAlertmanagers: [] }
      expect(await said()).toEqual({
        'Stripe endpoint': expect.stringContaining('enable it in Stripe'),
        Alerts: expect.stringContaining('alerts are not delivered'),
      })

      endpoint({ enabled_events: typesOfGuide().filter((type) => type !== 'invoice.overdue') })
      const findings = await examine(readSettings(env, '/nowhere'), readDeployment(env))
      expect(findings.filter(({ verdict }) => verdict === 'found')).toEqual([
        { check: 'Stripe endpoint', verdict: 'found', says: 'It does not send invoice.overdue: add them there.' },
      ])

      endpoint({ url: 'https://app.example.com/elsewhere' })
      answers['rules'] = { groups: [] }
      expect(await said()).toEqual({
        'Stripe endpoint': expect.stringContaining('no endpoint whose path is /webhooks/stripe'),
        Alerts: expect.stringContaining('load docker/prometheus/alerts.yml'),
      })
    }))

  test('looks at a bucket as a stranger does', () =>
    withS3(async ({ env, failWith, stop }) => {
      const said = async () => (await checkAssetStore(readDeployment(env)))[0]
      expect(await said()).toMatchObject({ verdict: 'good' })
      failWith({ status: 503 })
      expect(await said()).toMatchObject({ verdict: 'failed', says: expect.stringContaining('S3 answers 503') })
      await stop()
      expect(await said()).toMatchObject({ verdict: 'failed', says: expect.stringContaining('S3_ENDPOINT') })
    }))

  test('answers 3 when all works and somebody should look', () =>
    withHealthy(async ({ env, endpoint, postgres, prometheus: { url, answers } }) => {
      endpoint({ enabled_events: ['invoice.paid'] })
      answers['rules'] = { groups: [{ rules: [{ ...RULE, state: 'firing' }] }] }
      await query(
        postgres.url,
        `INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts) VALUES ('stripe', 'evt_1', 'x', 'y', 'z', 8)`,
      )
      await query(postgres.url, `INSERT INTO generation_jobs (id, prediction_id) VALUES ('job_1', 'p1')`)
      await query(postgres.url, `UPDATE generation_jobs SET poll_after = now() - '1 hour'::interval`)
      await query(postgres.url, `INSERT INTO customers (stripe_customer_id, account) VALUES ('cus_1', 'acct_1')`)
      await query(
        postgres.url,
        `INSERT INTO outbox_messages (effect_key, kind, payload, status, error, done_at) VALUES
          ('1', 'receipt', '{}', 'skipped', 'no e-mail address', now()),
          ('2', 'invoice', '{}', 'skipped', 'no e-mail address', now()),
          ('3', 'receipt', '{}', 'skipped', 'no e-mail address', now()),
          ('4', 'receipt', '{}', 'skipped', 'switched off', now()),
          ('5', 'payment.reminder', '{}', 'skipped', 'obsolete: the invoice is paid', now()),
          ('6', 'payment.reminder', '{}', 'skipped', 'obsolete: the invoice is void', now()),
          ('7', 'receipt', '{}', 'skipped', 'too old', now() - '25 h'::interval)`,
      )
      const { exitCode, output } = await sluice(['doctor', '--prometheus', url], { ...env, SMTP_URL: '' })
      expect(output).not.toMatch(/^[✗–]/m)
      expect(output).toMatch(
        /^! Skipped effects +3 in the last day, no e-mail address \(receipt 2, invoice 1\)\. .*at Stripe/m,
      )
      expect(output).toMatch(/^✓ Skipped effects +1 in the last day, switched off \(receipt 1\)\. EMAILS/m)
      expect(output).toMatch(/^✓ Skipped effects +2 in the last day, obsolete \(payment\.reminder 2\)/m)
      expect(output).not.toContain('too old')
      expect(output).toMatch(/^! Stripe endpoint .* does not send checkout\.session\.completed, .* and \d+ more/m)
      expect(output).toMatch(/^! Dead letters .*1 open/m)
      expect(output).toMatch(/^! Predictions .*1 overdue/m)
      expect(output).toMatch(/^! STRIPE_ACCOUNTS .*connected accounts are recorded but give no access/m)
      expect(output).toMatch(/^! SMTP_URL .*not delivered/m)
      expect(output).toMatch(/^! Alerts .*WebhookBacklog/m)
      expect(exitCode).toBe(3)
    }))

  test('names every dead letter with its cause, and says what waits for what and since when', () =>
    withHealthy(async ({ env, postgres }) => {
      await query(
        postgres.url,
        `INSERT INTO outbox_messages (effect_key, kind, payload, status, attempts, error, waiting_since, available_at) VALUES
            ('receipt:pay_1', 'receipt', '{}', 'failed', 8, 'smtp_550: refused', NULL, now()),
            ('receipt:pay_2', 'receipt', '{}', 'pending', 0, 'access_denied: EAUTH', now(), now() - '3 h'::interval);
          INSERT INTO webhook_events (provider, event_id, type, ordering_key, attempts, waiting_for, waiting_at, received_at) VALUES
            ('stripe', 'evt_1', 'x', 'k1', 0, 'lock', now(), now() - '10 min'::interval),
            ('stripe', 'evt_2', 'x', 'k2', 0, NULL, NULL, now());
          INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, outbox_message_id, failed_at)
            SELECT 'stripe', 'evt_9', 'receipt', error, 'f1', 8, id, now() + '1 s'::interval FROM outbox_messages WHERE status = 'failed';
          INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
            SELECT 'stripe', 'evt_dead_' || n, 'invoice.paid', 'handler_threw: TypeError', 'f2', 8
            FROM generate_series(1, 60) n`,
      )
      const { exitCode, output } = await sluice(['doctor'], env)
      expect(output).toMatch(/^! Dead letters +61 open/m)
      expect(output).toMatch(/^! Dead letter +stripe evt_dead_60 \(invoice\.paid\): handler_threw: TypeError$/m)
      expect(output).toMatch(/^! Dead letter +effect receipt:pay_1 of stripe evt_9 \(receipt\): smtp_550: refused$/m)
      expect(output).toMatch(/^! Dead letter +and 11 older ones$/m)
      expect(output).toMatch(/^! Waiting events +1, lock, the oldest for 10 min\. Another session/m)
      expect(output).toMatch(/^✓ Waiting events +1, queue, the oldest for \d+ s$/m)
      expect(output).toMatch(/^! Waiting effects +1 receipt, access_denied, the oldest for 3 h\. The login/m)
      expect(exitCode).toBe(3)
    }))

  test.each(['STRIPE', 'REPLICATE'])('is content with a deployment that uses only %s', (used) =>
    withHealthy(async ({ env, prometheus }) => {
      const unused: Env =
        used === 'STRIPE'
          ? { REPLICATE_WEBHOOK_SECRET: '' }
          : { STRIPE_WEBHOOK_SECRET: '', STRIPE_API_KEY: '', LIVEMODE: '' }
      const { exitCode, output } = await sluice(['doctor', '--prometheus', prometheus.url], { ...env, ...unused })
      expect(output).not.toMatch(/^[✗!]/m)
      expect(exitCode).toBe(0)
    }),
  )

  test('lists problems first, and what it did not look at last', async () => {
    const { output } = await sluice(['doctor'], { NODE_ENV: 'production', SMTP_URL: '', LIVEMODE: 'false' })
    const marks = output
      .trim()
      .split('\n')
      .map((line) => line[0])
    expect(new Set(marks)).toEqual(new Set(['✗', '!', '✓', '–']))
    expect(marks).toEqual(['✗', '!', '✓', '–'].flatMap((mark) => marks.filter((one) => one === mark)))
  })

  test('says what it did not look at', async () => {
    const { output } = await sluice(['doctor'], { NODE_ENV: 'production' })
    expect(output).toMatch(/^– Stripe endpoint .*STRIPE_API_KEY/m)
    expect(output).toMatch(/^– Alerts .*--prometheus/m)
    expect(output).toMatch(/^– ASSET_STORE /m)
  })
})
