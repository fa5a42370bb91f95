import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Stack, withFolder, withStack } from '@sluice/testing'
import pg from 'pg'
import { newRun } from '../src/lib/smoke/run.ts'
import { arrival, trigger } from '../src/lib/smoke/stripe-cli.ts'
import { filledTables } from './filled-tables.ts'
import { environmentOf, sluice } from './sluice.ts'

/** Posts what Stripe tells of a new payment intent, as `stripe listen` would forward it. */
const TELLS = `
const { createHmac } = require('node:crypto')
const [command, type, flag, addition] = process.argv.slice(2)
const [field, name] = addition.split('=')
if (command + type + flag + field !== 'triggerpayment_intent.succeeded--addpayment_intent:metadata.sluice_smoke') throw 1

const tell = async (id, type, object) => {
  const about = { livemode: false, customer: null, metadata: { sluice_smoke: name } }
  const created = Math.floor(Date.now() / 1000)
  const event = { id, object: 'event', type, created, livemode: false, data: { object: { ...object, ...about } } }
  const body = JSON.stringify(event, null, 2)
  const signature = createHmac('sha256', process.env.STRIPE_WEBHOOK_SECRET).update(created + '.' + body).digest('hex')
  const headers = { 'content-type': 'application/json', 'stripe-signature': 't=' + created + ',v1=' + signature }
  const url = 'http://localhost:' + process.env.INGEST_PORT + '/webhooks/stripe'
  const { status } = await fetch(url, { method: 'POST', headers, body })
  if (status !== 200) throw status
}
const intent = { id: 'pi_1', object: 'payment_intent', status: 'succeeded', latest_charge: 'ch_1' }
const all = async () => {
  await tell('evt_1', 'payment_intent.created', { ...intent, latest_charge: null })
  await tell('evt_2', 'charge.succeeded', { id: 'ch_1', object: 'charge', payment_intent: 'pi_1' })
  await tell('evt_3', 'payment_intent.succeeded', intent)
}
all()`

/** The output of the CLI when Stripe refuses the key. */
const FAILS = `
const answer = { error: { message: 'Invalid API Key provided: sk_test_****1234', type: 'invalid_request_error' } }
console.error('Trigger failed: Request failed, status=401, body=' + JSON.stringify(answer, null, 2) + '\\n')
process.exit(1)`

/** A folder for the PATH, with a `stripe` that runs this, or without any. */
const withStripeCli = <T>(script: string | null, use: (path: string) => Promise<T>): Promise<T> =>
  withFolder(async (path) => {
    if (script) await writeFile(join(path, 'stripe'), `#!${process.execPath}\n${script}\n`)
    if (script) await chmod(join(path, 'stripe'), 0o755)
    return use(path)
  })

async function nothingComes({ postgres }: Stack): Promise<void> {
  const pool = new pg.Pool({ connectionString: postgres.url })
  try {
    const run = await newRun(pool, {}, 'http://localhost:3000')
    await expect(arrival(run, 0)).rejects.toThrow('stripe listen --forward-to http://localhost:3000/webhooks/stripe')
  } finally {
    await pool.end()
  }
}

test('smoke waits for the event that stripe trigger makes, and leaves no row of it', () =>
  withStack({}, (stack) =>
    withStripeCli(TELLS, async (path) => {
      const { exitCode, output } = await sluice(['smoke', '--stripe-cli'], { ...environmentOf(stack), PATH: path })

      expect(output.trim().split('\n')).toEqual([
        '✓ an event of stripe trigger is processed',
        '✓ the same event again is answered as a duplicate and changes nothing',
        '✓ a forged event is refused and not recorded',
        '✓ a failed prediction can be replayed',
        '✓ a succeeded prediction can be replayed',
      ])
      expect(exitCode).toBe(0)
      expect(await filledTables(stack)).toEqual([])
      await nothingComes(stack)
    }),
  ))

test('it says what to install where there is no CLI', () =>
  withStripeCli(null, async (PATH) => {
    await expect(trigger({ name: 'smoke_1' }, { PATH })).rejects.toThrow('https://docs.stripe.com/stripe-cli/install')
  }))

test('it says why the CLI failed, without the key', () =>
  withStripeCli(FAILS, async (PATH) => {
    const said = 'stripe trigger ended with 1: Invalid API Key provided: test key'
    await expect(trigger({ name: 'smoke_1' }, { PATH })).rejects.toThrow(new Error(said))
  }))

test('it does nothing with a live key', async () => {
  const { exitCode, output } = await sluice(['smoke', '--stripe-cli'], { STRIPE_API_KEY: 'rk_live_of_somebody' })
  expect(output).toMatch(/^STRIPE_API_KEY is a live key/)
  expect(output).not.toContain('rk_live')
  expect(exitCode).toBe(1)
})
