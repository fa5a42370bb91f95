import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { checkHost } from '@sluice/doctor'
import { withPostgres } from '@sluice/testing'

test('doctor names why a host takes no message, refuses some, or is sent none', () =>
  withPostgres(async ({ url }) => {
    const pool = connect(url, { max: 1 })
    const says = async () => (await checkHost(pool)).map((finding) => finding.says).join('\n')
    try {
      await pool.query(
        `INSERT INTO host_endpoints (endpoint, name, lease_until, failing_since, error)
          VALUES ('e', 'app.example', now() + '1 min'::interval, now(), 'http_302')`,
      )
      expect(await says()).toMatch(/^app\.example takes none since .*: http_302: it redirects.*final address/)

      await pool.query('UPDATE host_endpoints SET failing_since = NULL, error = NULL')
      await pool.query(
        `INSERT INTO outbox_messages (effect_key, kind, payload, available_at)
          VALUES ('m', 'host.message', '{}', now() - '1 h'::interval)`,
      )
      expect(await says()).toMatch(
        /^1 not delivered, the oldest for 60 min\. None was refused: are the effects paused\?$/,
      )
      await pool.query(`UPDATE outbox_messages SET error = 'http_401: app.example'`)
      expect(await says()).toMatch(/The host refuses some: http_401: app\.example: .*HOST_WEBHOOK_SECRET/)
    } finally {
      await pool.end()
    }
  }))
