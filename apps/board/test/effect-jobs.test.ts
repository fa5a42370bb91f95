import { expect, test } from '@jest/globals'
import { QUEUES } from '@sluice/queue'
import type { Queue } from 'bullmq'
import { withConsole } from './with-board.ts'

interface Job {
  id: string
  name: string
  data: Record<string, unknown>
  externalUrl?: { href: string }
}

/** No row of the outbox has this id. */
const OTHER = '00000000-0000-4000-8000-000000000000'

test('Bull Board names the job of an effect by kind and key, and links it with its event both ways', () =>
  withConsole(async ({ database, queues, fetch, read }) => {
    await database.query(`
      INSERT INTO webhook_events (provider, event_id, type, ordering_key) VALUES ('stripe', 'evt_1', 'invoice.paid', 'k');
      INSERT INTO outbox_messages (effect_key, kind, payload, status, webhook_event_id)
        SELECT key, 'receipt', '{}', effect.status, id FROM webhook_events, (VALUES
          ('receipt:in_1', 'pending'), ('receipt:in_2', 'done')) AS effect (key, status)`)
    const { rows } = await database.query(`SELECT id::text FROM outbox_messages WHERE status = 'pending'`)
    const id = String(rows[0].id)
    const effects = queues.find(({ name }) => name === QUEUES.effects) as Queue
    await effects.add('effect', { id }, { jobId: id })
    await effects.add('effect', { id: OTHER }, { jobId: OTHER })

    const { queues: listed } = (await (await fetch('/queues/api/queues?activeQueue=effects')).json()) as {
      queues: { name: string; jobs: Job[] }[]
    }
    const jobs = listed.find(({ name }) => name === QUEUES.effects)?.jobs ?? []
    const data = { id, kind: 'receipt', effectKey: 'receipt:in_1', provider: 'stripe', eventId: 'evt_1' }
    const named = { name: 'receipt', data, externalUrl: { displayText: 'Event', href: '/e/stripe/evt_1' } }
    expect(jobs.find((job) => job.id === id)).toMatchObject(named)
    expect(jobs.find((job) => job.id === OTHER)).toMatchObject({ name: 'effect', data: { id: OTHER } })
    expect(await (await fetch(`/queues/api/queues/effects/${id}`)).json()).toMatchObject({ job: named })

    const life = await read<{ links: { job: string }; effects: { effectKey: string; job: string | null }[] }>(
      '/events/stripe/evt_1',
    )
    expect(life.effects.map(({ effectKey, job }) => [effectKey, job])).toEqual([
      ['receipt:in_1', `/queues/jobs/effects/${id}`],
      ['receipt:in_2', null],
    ])
    expect((await fetch(life.links.job)).headers.get('Location')).toBe('/queues/queue/webhook-events/stripe-evt_1')
  }))
