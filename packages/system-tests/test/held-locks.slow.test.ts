import { describe, expect, test } from '@jest/globals'
import { predictionLifecycle, type SentEvent, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import pg from 'pg'
import { allDone, sendAll, statuses } from './support/stack.ts'

const STEPS = ['created', 'activated', 'paid'] as const
const USERS = 12

/** The events of one user: a subscription that is paid, and a generation. */
function eventsOf(userId: string): { stripe: SentEvent[]; replicate: SentEvent[] } {
  return {
    stripe: subscriptionLifecycle({ seed: userId, steps: STEPS, userId }),
    replicate: predictionLifecycle({ seed: userId, output: 'text' }),
  }
}

async function addUsers({ query }: Stack, all: ReturnType<typeof eventsOf>[]): Promise<void> {
  for (const [n, { replicate }] of all.entries()) {
    await query('INSERT INTO users (id) VALUES ($1)', [`user_${n}`])
    const predictionId = JSON.parse(replicate[0]?.body ?? '{}').id
    await query('INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ($1, $2, $3)', [
      `job_${n}`,
      `user_${n}`,
      predictionId,
    ])
  }
}

/** Runs a statement in a transaction of the host, which stays open until the returned function is called. */
async function hold({ postgres }: Stack, statement: string): Promise<() => Promise<void>> {
  const host = new pg.Client({ connectionString: postgres.url, application_name: 'the host' })
  await host.connect()
  await host.query(`BEGIN; ${statement}`)
  return () => host.end()
}

const metricsOf = async ({ workers }: Stack) => (await fetch(`${workers[0]?.url}/metrics`)).text()

/**
 * Guarantees that a lock of the host is no failure: its events wait and use no attempt, it is said for whom they wait, and
 * all others are processed meanwhile.
 */
describe('while the host holds a lock, only the events that need it wait', () => {
  test.each([
    ['a user', 'users', `SELECT FROM users WHERE id = 'user_0' FOR UPDATE`, STEPS.length],
    ['all users', 'users', 'LOCK TABLE users IN ACCESS EXCLUSIVE MODE', STEPS.length * USERS],
    ['a generation', 'generation_jobs', `UPDATE generation_jobs SET error = '' WHERE id = 'job_0'`, 3],
    ['all customers', 'customers', 'LOCK TABLE customers IN ACCESS EXCLUSIVE MODE', STEPS.length * USERS],
  ])('%s', (_what, table, statement, waiting) =>
    withStack({ env: { SWEEP_INTERVAL_MS: '500' } }, async (stack) => {
      const all = Array.from({ length: USERS }, (_, n) => eventsOf(`user_${n}`))
      const events = all.flatMap(({ stripe, replicate }) => [...stripe, ...replicate])
      await addUsers(stack, all)
      const release = await hold(stack, statement)
      await sendAll(stack, events)

      await eventually(async () =>
        expect(await statuses(stack)).toEqual({ received: waiting, processed: events.length - waiting }),
      )
      await eventually(async () =>
        expect(await metricsOf(stack)).toContain(`webhook_events_waiting_for_locks{table="${table}"} ${waiting}`),
      )
      const line = `"table":"${table}","pid":`
      expect(stack.workers[0]?.output()).toContain(line)
      expect(stack.workers[0]?.output()).toContain('"applicationName":"the host"')

      await release()
      expect(await allDone(stack, events.length)).toEqual({ processed: events.length })
      expect(await stack.query('SELECT FROM webhook_events WHERE attempts > 0')).toEqual([])
      expect(await stack.query('SELECT FROM outbox_messages WHERE attempts > 0')).toEqual([])
      expect(await stack.query('SELECT FROM webhook_dead_letters')).toEqual([])
    }),
  )
})
