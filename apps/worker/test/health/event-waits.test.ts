import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { eventually, withPostgres } from '@sluice/testing'
import { startEventWaits } from '../../src/health/event-waits.ts'

test('records in the inbox what an event waits for, once it has waited for some seconds', () =>
  withPostgres(async (postgres) => {
    const pool = connect(postgres.roleUrl('sluice_worker'))
    const owner = connect(postgres.url)
    const waits = startEventWaits(pool)
    try {
      await owner.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
        SELECT 'stripe', id, 'x', id FROM unnest('{evt_lock,evt_job,evt_api,evt_over,evt_outage}'::text[]) AS id`)
      const saw = (eventId: string, outcome: string) => waits.saw({ provider: 'stripe', eventId }, outcome)
      saw('evt_lock', 'busy')
      saw('evt_job', 'waiting')
      saw('evt_api', 'later')
      saw('evt_over', 'busy')
      saw('evt_over', 'processed')
      saw('evt_outage', 'outage')
      await eventually(async () => {
        const { rows } = await owner.query(
          'SELECT event_id, waiting_for FROM webhook_events WHERE waiting_at IS NOT NULL',
        )
        expect(Object.fromEntries(rows.map((row) => [row.event_id, row.waiting_for]))).toEqual({
          evt_lock: 'lock',
          evt_job: 'generation_job',
          evt_api: 'provider',
        })
      }, 40_000)
    } finally {
      await waits.stop()
      await pool.end()
      await owner.end()
    }
  }))
