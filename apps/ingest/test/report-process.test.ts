import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { eventually, withPostgres } from '@sluice/testing'
import { reportProcess } from '../src/report-process.ts'

const SECRET = `whsec_${'s'.repeat(32)}`

test('ingest reports how long its secrets are, and nothing of them', () =>
  withPostgres(async ({ url, roleUrl }) => {
    const [owner, pool] = [connect(url), connect(roleUrl('sluice_ingest'))]
    try {
      reportProcess(pool, { secrets: { stripe: [SECRET] } })
      const rows = await eventually(async () => {
        const found = await owner.query('SELECT app, details FROM process_reports')
        expect(found.rows).toHaveLength(1)
        return found.rows
      })
      expect(rows[0].details.secrets).toContainEqual({
        ...{ provider: 'stripe', variable: 'STRIPE_WEBHOOK_SECRET' },
        ...{ characters: [SECRET.length], matchedAt: null },
      })
      expect(JSON.stringify(rows)).not.toContain('sss')
      await expect(pool.query('SELECT details FROM process_reports')).rejects.toMatchObject({ code: '42501' })
    } finally {
      await Promise.all([owner.end(), pool.end()])
    }
  }))
