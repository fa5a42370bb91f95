import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import type { TestReplicate } from '@sluice/testing/stand-ins'
import { addHostRows } from './support/stack.ts'
import { ASSETS, withGenerations } from './support/with-generations.ts'

/** Addresses that are never gone to, and why. */
const NEVER_ASKED: [string, string][] = [
  ['http://169.254.169.254/latest/meta-data/', 'not_https'],
  ['file:///etc/passwd', 'not_https'],
  ['https://169.254.169.254/latest/meta-data/', 'host_not_allowed'],
  ['https://127.0.0.1.nip.io/', 'host_not_allowed'],
  ['https://[::ffff:10.0.0.1]/', 'host_not_allowed'],
  ['https://2130706433/', 'host_not_allowed'],
  ['https://0x7f000001/', 'host_not_allowed'],
  ['https://replicate.delivery.evil.example/', 'host_not_allowed'],
  ['https://replicate.delivery:8443/', 'port_not_allowed'],
  ['https://user:password@replicate.delivery/', 'credentials_in_url'],
  ['https://private.replicate.delivery/', 'address_not_public'],
  ['https://loopback.replicate.delivery/', 'address_not_public'],
  ['https://metadata.replicate.delivery/', 'address_not_public'],
  ['https://mapped.replicate.delivery/', 'address_not_public'],
  ['https://mixed.replicate.delivery/', 'address_not_public'],
]

/** Files whose host is asked and does its worst, and what becomes of them. */
const asked = ({ addFile }: TestReplicate): [string, string][] => [
  [addFile({ status: 302, location: 'https://127.0.0.1/' }).url, 'host_not_allowed'],
  [addFile({ status: 302, location: 'https://loopback.replicate.delivery/' }).url, 'address_not_public'],
  [addFile({ path: '/round', status: 302, location: '/round' }).url, 'too_many_redirects'],
  [addFile({ host: 'rebinding.replicate.delivery', status: 503, times: 1 }).url, 'address_not_public'],
  [addFile({ declaredLength: 10 * 1024 ** 3 }).url, 'too_large'],
  [addFile({ contentEncoding: 'gzip' }).url, 'content_encoded'],
]

/** Guarantees that no address in an output leads the worker anywhere, and that it goes on working. */
test('files at hostile addresses, names and servers are refused, and their neighbours are stored', () =>
  withGenerations({}, async (stack, replicate, startWorker) => {
    const worker = await startWorker()
    const refused = [...NEVER_ASKED, ...asked(replicate)]
    const endless = replicate.addFile({ dripMs: 1_000 })
    const good = replicate.addFile()
    const output = [...refused.map(([url]) => url), endless.url, good.url]
    await addHostRows(stack, {
      users: [{ id: 'user_1', email: 'one@example.com' }],
      generationJobs: [{ id: 'job_1', userId: 'user_1', predictionId: 'p1' }],
    })
    await replicate.run({ id: 'p1', webhook: `${stack.ingests[0]?.url}/webhooks/replicate`, output }).over

    await eventually(async () => {
      const variants = await stack.query('SELECT status, error FROM variants ORDER BY idx')
      expect(variants).toEqual([
        ...refused.map(([, error]) => ({ status: 'refused', error })),
        { status: 'failed', error: 'too_slow' },
        { status: 'stored', error: null },
      ])
    }, 40_000)
    const hosts = new Set(replicate.fileRequests.map(({ url }) => new URL(url).host))
    expect([...hosts].sort()).toEqual(['rebinding.replicate.delivery', 'replicate.delivery'])
    const entries = await readdir(join(stack.directory, ASSETS, 'job_1'))
    expect(entries).toHaveLength(1)
    expect(await stack.query('SELECT status FROM generation_jobs')).toEqual([{ status: 'succeeded' }])
    expect(await stack.query('SELECT id FROM webhook_dead_letters')).toEqual([])
    expect(worker.output()).not.toContain('169.254')

    const next = replicate.addFile()
    await stack.query(`INSERT INTO generation_jobs (id, prediction_id) VALUES ('job_2', 'p2')`)
    await replicate.run({ id: 'p2', webhook: `${stack.ingests[0]?.url}/webhooks/replicate`, output: next.url }).over
    await eventually(async () =>
      expect(await stack.query('SELECT status FROM variants WHERE source_url = $1', [next.url])).toEqual([
        { status: 'stored' },
      ]),
    )
    console.log(`${refused.length} refused, ${replicate.fileRequests.length} requests, none of them elsewhere`)
  }))
