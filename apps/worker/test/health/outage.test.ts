import { expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { watchOutage } from '../../src/health/outage.ts'
import { connectionCode, UnreachableError } from '../../src/outbound/unreachable.ts'

test('an outage pauses every worker once, however many notice it, until the database answers', async () => {
  const done: string[] = []
  const worker = (name: string) => ({
    pause: async (doNotWaitActive: boolean) => void done.push(`${name} pauses ${doNotWaitActive}`),
    resume: () => void done.push(`${name} resumes`),
  })
  const lines: unknown[] = []
  const log = (message: string, keys?: object) => void lines.push([message, keys])
  let answers = 0
  const probe = async () => {
    answers += 1
    if (answers === 1) throw new Error('away')
  }

  const watch = watchOutage([worker('events'), worker('effects')], probe, { warn: log, error: log })
  expect(watch.isOut()).toBe(false)
  for (const reason of ['57P01', 'ECONNREFUSED', 'ECONNREFUSED']) watch.noticed(reason)
  expect(watch.isOut()).toBe(true)
  await eventually(() => expect(watch.isOut()).toBe(false))

  expect(answers).toBe(2)
  expect(done).toEqual(['events pauses true', 'effects pauses true', 'events resumes', 'effects resumes'])
  expect(lines).toEqual([
    ['Postgres outage, fetching paused', { reason: '57P01' }],
    ['Postgres answers, fetching resumed', undefined],
  ])
})

test('a worker that cannot be paused does not keep the others from going on', async () => {
  const resumed: string[] = []
  const stuck = { pause: () => Promise.reject(new Error('stuck')), resume: () => void resumed.push('stuck') }
  const watch = watchOutage([stuck], async () => undefined, { warn: () => undefined, error: () => undefined })
  watch.noticed('57P01')
  await eventually(() => expect(watch.isOut()).toBe(false))
  expect(resumed).toEqual(['stuck'])
})

test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EPIPE'])(
  '%s is a server that is not there',
  (code) => {
    expect(connectionCode(Object.assign(new Error('10.0.0.1'), { code }))).toBe(code)
    expect(new UnreachableError(code)).toMatchObject({ name: 'UnreachableError', code, message: code })
  },
)

test.each([Object.assign(new Error('x'), { code: 'ENOENT' }), Object.assign(new Error('x'), { code: 111 }), 'x', null])(
  'anything else is no word about a connection: %j',
  (error) => {
    expect(connectionCode(error)).toBeUndefined()
  },
)
