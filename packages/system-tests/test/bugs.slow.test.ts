import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { freePort } from '@sluice/dev-services'
import { type SentEvent, seedStream, shuffle, stripeEvent } from '@sluice/simulator'
import { type Stack, startProcess, withStack } from '@sluice/testing'
import { addHostRows, allDone, sendAll, unbalancedEntries } from './support/stack.ts'

const QUICK = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '50', LOG_LEVEL: 'warn' }

/** Sends 500 good events with these among them, then starts a worker. Returns what the worker printed. */
async function processAmongOthers(stack: Stack, script: string, bad: SentEvent[]): Promise<string> {
  const stream = seedStream({ events: 500, seed: 'bugs' })
  await addHostRows(stack, stream)
  const answers = await sendAll(stack, shuffle([...stream.events, ...bad], 'bugs'), 32)
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  const worker = startProcess(script, [], { env: { ...stack.env, WORKER_PORT: String(await freePort()) } })
  try {
    expect(await allDone(stack, 500 + bad.length, 120_000)).toEqual({ processed: 500, failed: bad.length })
    return worker.output()
  } finally {
    await worker.kill()
  }
}

const inSupport = (name: string) => fileURLToPath(new URL(`support/${name}`, import.meta.url))

const badEvent = (type: string, object: object = {}) =>
  stripeEvent(type, { id: `obj_${type}`, object: 'bug', ...object }, { id: `evt_${type}`, created: 1_767_600_000 })

const deadLetters = (stack: Stack) =>
  stack.query('SELECT type, attempts, error FROM webhook_dead_letters ORDER BY type')

/** Guarantees that a bug is a bug: no outage, no pause, no neighbour that pays for it. */
test('a handler and a merge that throw a TypeError are dead letters that name their line, and nothing waits for them', () =>
  withStack({ workers: 0, env: QUICK }, async (stack) => {
    const bad = ['bug.in_handler', 'bug.in_merge'].map((type) => badEvent(type))
    const log = await processAmongOthers(stack, inSupport('buggy-worker.mjs'), bad)

    const place = '^TypeError at buggy-worker\\.mjs:\\d+$'
    const at = (code: string) => expect.stringMatching(new RegExp(place.replace('^', `^${code}: `)))
    expect(await deadLetters(stack)).toEqual([
      { type: 'bug.in_handler', attempts: 3, error: at('handler_threw') },
      { type: 'bug.in_merge', attempts: 3, error: at('commit_threw') },
    ])
    expect(await stack.query(`SELECT id FROM webhook_events WHERE attempts > 0 AND status = 'processed'`)).toEqual([])
    expect(await unbalancedEntries(stack)).toEqual([])
    expect(log).not.toContain('fetching paused')
    expect(log).toMatch(/"reason":"commit_threw: TypeError at buggy-worker\.mjs:\d+".*"Webhook failed"/)
    expect(log).not.toContain('jane@example.com')
  }))

/** Guarantees that one slow event is slow alone. */
test('an event whose statement is too slow is a dead letter, and 500 others are processed at their pace', () =>
  withStack({ workers: 0, env: { ...QUICK, HANDLER_TIMEOUT_MS: '5000' } }, async (stack) => {
    await stack.query(`
      CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
      CREATE TRIGGER be_slow BEFORE INSERT ON customers FOR EACH ROW WHEN (NEW.stripe_customer_id = 'cus_slow')
        EXECUTE FUNCTION be_slow()`)
    const slow = badEvent('customer.created', { id: 'cus_slow', object: 'customer' })
    const log = await processAmongOthers(stack, inSupport('buggy-worker.mjs'), [slow])

    expect(await deadLetters(stack)).toEqual([
      { type: 'customer.created', attempts: 3, error: 'too_slow: its transaction took longer than 4000 ms' },
    ])
    expect(await stack.query(`SELECT id FROM webhook_events WHERE attempts > 0 AND status = 'processed'`)).toEqual([])
    expect(log).not.toContain('fetching paused')
  }))
