import { expect, test } from '@jest/globals'
import { type TestActions, withActions } from './with-actions.ts'

const DEAD = `INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
  VALUES ('stripe', 'evt_1', 'invoice.paid', 'handler_threw: none', 'abc123', 8)`

const groupIn = async ({ owner }: TestActions) =>
  (await owner.query('SELECT state, note, owner, changed_by, ignored_until, resolved_version FROM dead_letter_groups'))
    .rows[0]

test('the state of a group is changed in the name of the person who asked', () =>
  withActions(async (actions) => {
    await actions.owner.query(DEAD)
    const filter = { fingerprint: 'abc123', note: 'see the pull request', owner: 'bo' }
    const ended = await actions.carryOut({ kind: 'resolve', filter })
    expect(ended).toMatchObject({ state: 'done', result: { fingerprint: 'abc123', state: 'resolved' } })
    expect(await groupIn(actions)).toMatchObject({
      state: 'resolved',
      note: filter.note,
      owner: 'bo',
      changed_by: 'ada',
      resolved_version: 'handlers 1',
    })

    const until = '2030-01-01T00:00:00.000Z'
    await actions.carryOut({ kind: 'ignore', filter: { fingerprint: 'abc123', until } })
    expect(await groupIn(actions)).toMatchObject({ state: 'ignored', owner: 'bo', ignored_until: new Date(until) })
    await actions.carryOut({ kind: 'reopen', filter: { fingerprint: 'abc123', owner: '' } })
    expect(await groupIn(actions)).toMatchObject({ state: 'open', owner: null, ignored_until: null })

    expect(await actions.carryOut({ kind: 'resolve', filter: { fingerprint: 'none' } })).toMatchObject({
      state: 'refused',
      error: 'No dead letter has the fingerprint none.',
    })
  }))
