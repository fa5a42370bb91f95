import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { type FileOptions, type TestReplicate, withReplicate } from '@sluice/testing/stand-ins'
import { createDownloader, type DownloaderOptions } from '../../../src/outbound/assets/download.ts'

const HOSTS = ['replicate.delivery', '*.replicate.delivery']

const downloaderOf = (replicate: TestReplicate, options: Partial<DownloaderOptions> = {}) =>
  createDownloader({ hosts: HOSTS, maxBytes: 1_000_000, timeoutMs: 5_000, ...replicate.network, ...options })

/** Downloads one file of the stand-in, whole. */
const fetched = (file: FileOptions, options: Partial<DownloaderOptions> = {}) =>
  withReplicate(async (replicate) => {
    const served = replicate.addFile(file)
    const { body, contentType, digest } = await downloaderOf(replicate, options).download(served.url)
    return { served, contentType, content: await buffer(body), digest: digest(), requests: replicate.fileRequests }
  })

const failed = (url: string, options: Partial<DownloaderOptions> = {}) =>
  withReplicate(async (replicate) => {
    const error: unknown = await downloaderOf(replicate, options)
      .download(url)
      .catch((thrown: unknown) => thrown)
    return { error, requests: replicate.fileRequests }
  })

describe('a file', () => {
  test('arrives whole, with its type, size and hash', async () => {
    const { served, content, contentType, digest } = await fetched({ body: Buffer.alloc(300_000, 'picture') })
    expect(createHash('sha256').update(content).digest('hex')).toBe(served.sha256)
    expect(digest).toEqual({ bytes: 300_000, sha256: served.sha256 })
    expect(contentType).toBe('image/webp')
  })

  test('may be empty', async () => {
    const { digest } = await fetched({ body: Buffer.alloc(0) })
    expect(digest.bytes).toBe(0)
  })

  test.each([
    ['text/html; charset=utf-8', 'text/html'],
    ['IMAGE/PNG', 'image/png'],
    ['nonsense', 'application/octet-stream'],
  ])('of type %j has the type %s', async (contentType, kept) => {
    expect((await fetched({ contentType })).contentType).toBe(kept)
  })

  test('has no digest before its end', () =>
    withReplicate(async (replicate) => {
      const { body, digest } = await downloaderOf(replicate).download(replicate.addFile().url)
      expect(digest).toThrow('not been read to its end')
      body.destroy()
    }))
})

describe('the token', () => {
  const token = { token: 'r8_the_token_of_the_stand_in' }

  test('is sent to a host that asks for it, and not before', async () => {
    const { requests, digest, served } = await fetched({ needsToken: true }, token)
    expect(requests.map((request) => request.token)).toEqual(['none', 'right'])
    expect(digest.sha256).toBe(served.sha256)
  })

  test('is not sent to a host that does not ask', async () => {
    const { requests } = await fetched({}, token)
    expect(requests.map((request) => request.token)).toEqual(['none'])
  })

  test('that is missing makes a protected file unavailable', () =>
    withReplicate(async (replicate) => {
      const { url } = replicate.addFile({ needsToken: true })
      await expect(downloaderOf(replicate).download(url)).rejects.toMatchObject({
        kind: 'expired',
        code: 'expired_401',
      })
    }))

  test('is not sent after a redirect to another host, not even to one of Replicate', () =>
    withReplicate(async (replicate) => {
      const other = replicate.addFile({ host: 'pbxt.replicate.delivery', needsToken: true })
      const first = replicate.addFile({ status: 302, location: other.url })
      await expect(downloaderOf(replicate, token).download(first.url)).rejects.toMatchObject({ code: 'expired_401' })
      expect(replicate.fileRequests.map((request) => request.token)).toEqual(['none', 'none'])
    }))

  test('is not sent to allowed hosts other than Replicate’s', () =>
    withReplicate(async (replicate) => {
      const { url } = replicate.addFile({ host: 'localhost', needsToken: true })
      const downloader = downloaderOf(replicate, { ...token, hosts: ['localhost'] })
      await expect(downloader.download(url)).rejects.toMatchObject({ code: 'expired_401' })
      expect(replicate.fileRequests.map((request) => request.token)).toEqual(['none'])
    }))
})

describe('a redirect', () => {
  test('is followed, also a relative one', () =>
    withReplicate(async (replicate) => {
      const last = replicate.addFile({ host: 'pbxt.replicate.delivery', path: '/b/c.png' })
      replicate.addFile({ host: 'pbxt.replicate.delivery', path: '/b/a.png', status: 307, location: './c.png' })
      const first = replicate.addFile({ status: 301, location: '//pbxt.replicate.delivery/b/a.png' })
      const { body, digest } = await downloaderOf(replicate).download(first.url)
      body.resume()
      await eventually(() => expect(digest().sha256).toBe(last.sha256))
    }))

  test.each([
    ['http://replicate.delivery/a.png', 'not_https'],
    ['https://169.254.169.254/latest/meta-data', 'host_not_allowed'],
    ['http://127.0.0.1/', 'not_https'],
    ['https://evil.example/a.png', 'host_not_allowed'],
    ['https://user@replicate.delivery/a.png', 'credentials_in_url'],
    ['https://replicate.delivery:444/a.png', 'port_not_allowed'],
    ['file:///etc/passwd', 'not_https'],
  ])('to %s is refused without a request to it', (location, reason) =>
    withReplicate(async (replicate) => {
      const first = replicate.addFile({ status: 302, location })
      await expect(downloaderOf(replicate).download(first.url)).rejects.toMatchObject({ kind: 'refused', code: reason })
      expect(replicate.fileRequests).toHaveLength(1)
    }),
  )

  test('is followed at most five times', () =>
    withReplicate(async (replicate) => {
      const chain = (length: number): string =>
        length === 0 ? replicate.addFile().url : replicate.addFile({ status: 302, location: chain(length - 1) }).url
      const loop = replicate.addFile({ path: '/loop', status: 302, location: '/loop' })
      const downloader = downloaderOf(replicate)

      await expect(downloader.download(chain(5))).resolves.toBeDefined()
      await expect(downloader.download(chain(6))).rejects.toMatchObject({ code: 'too_many_redirects' })
      await expect(downloader.download(loop.url)).rejects.toMatchObject({ code: 'too_many_redirects' })
    }))

  test('is resolved again: a host that has become private is refused', () =>
    withReplicate(async (replicate) => {
      const first = replicate.addFile({ status: 302, location: 'https://b.replicate.delivery/b' })
      const lookup = async (name: string) => [{ address: name.startsWith('b.') ? '10.0.0.1' : '34.120.0.1' }]
      const downloader = downloaderOf(replicate, { lookup })
      await expect(downloader.download(first.url)).rejects.toMatchObject({ code: 'address_not_public' })
      expect(replicate.fileRequests).toHaveLength(1)
    }))
})

describe('a host name', () => {
  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1', 'fe80::1%eth0', '100.64.0.1'])(
    'that leads to %s is not gone to',
    async (address) => {
      const { error, requests } = await failed('https://replicate.delivery/a', { lookup: async () => [{ address }] })
      expect(error).toMatchObject({ kind: 'refused', code: 'address_not_public' })
      expect(requests).toEqual([])
    },
  )

  test('with one private address among public ones is refused', async () => {
    const lookup = async () => [{ address: '34.120.0.1' }, { address: '10.0.0.1' }]
    const { error } = await failed('https://replicate.delivery/a', { lookup })
    expect(error).toMatchObject({ code: 'address_not_public' })
  })

  test('is resolved once, and the connection goes to that address, whatever the resolver says later', () =>
    withReplicate(async (replicate) => {
      const answers = ['34.120.0.1', '127.0.0.1']
      const asked: string[] = []
      const { url } = replicate.addFile()
      const downloader = downloaderOf(replicate, {
        lookup: async () => [{ address: answers.shift() ?? '127.0.0.1' }],
        connectTo: (address) => {
          asked.push(address)
          return replicate.network.connectTo(address)
        },
      })
      const { body } = await downloader.download(url)
      await buffer(body)
      expect(asked).toEqual(['34.120.0.1'])
      expect(answers).toEqual(['127.0.0.1'])
    }))

  test.each([
    ['is not known', async () => Promise.reject(new Error('ENOTFOUND')), 'unresolved'],
    ['has no address', async () => [], 'unresolved'],
    ['is never resolved', () => new Promise<never>(() => {}), 'timed_out'],
  ])('that %s may be resolved later', async (_case, lookup, code) => {
    const { error } = await failed('https://replicate.delivery/a', { lookup, timeoutMs: 200 })
    expect(error).toMatchObject({ kind: 'retryable', code })
  })
})

describe('a host', () => {
  test('without a trusted certificate gets no request', async () => {
    const { error, requests } = await failed('https://replicate.delivery/a', { ca: undefined as never })
    expect(error).toMatchObject({ kind: 'retryable', code: 'bad_certificate' })
    expect(requests).toEqual([])
  })

  test('with the certificate of another host gets no request', async () => {
    const { error, requests } = await failed('https://other.example/a', { hosts: ['other.example'] })
    expect(error).toMatchObject({ kind: 'retryable', code: 'bad_certificate' })
    expect(requests).toEqual([])
  })

  test.each([401, 403, 404, 410])('that answers %d has no file any more, or denies it', async (status) => {
    await expect(fetched({ status })).rejects.toMatchObject({ kind: 'expired', code: `expired_${status}` })
  })

  test.each([
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [507, 'no_space'],
  ])('that answers %d is waited for', async (status, cause) => {
    const error = { kind: 'retryable', code: `host_${status}`, wait: { cause } }
    await expect(fetched({ status })).rejects.toMatchObject(error)
  })

  test.each([204, 206, 302, 304, 400, 501])('that answers %d may succeed later', async (status) => {
    await expect(fetched({ status })).rejects.toMatchObject({ kind: 'retryable', code: 'unexpected_status' })
  })

  test('that accepts a connection and never answers is given up', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const connectTo = () => ({ host: '127.0.0.1', port })
    try {
      const { error } = await failed('https://replicate.delivery/a', { connectTo, timeoutMs: 200 })
      expect(error).toMatchObject({ kind: 'retryable', code: 'timed_out' })
    } finally {
      silent.close()
    }
  })

  test('that compresses an answer is refused, and nothing is inflated', async () => {
    await expect(fetched({ contentEncoding: 'gzip' })).rejects.toMatchObject({ code: 'content_encoded' })
  })
})

describe('a body', () => {
  test('with too large a length is not read', () =>
    withReplicate(async (replicate) => {
      const { url } = replicate.addFile({ size: 2_000_000 })
      await expect(downloaderOf(replicate).download(url)).rejects.toMatchObject({ kind: 'refused', code: 'too_large' })
    }))

  test('that never ends is cut at the size limit', async () => {
    await expect(fetched({ endless: true })).rejects.toMatchObject({ kind: 'refused', code: 'too_large' })
  })

  test('may be as large as the limit', async () => {
    expect((await fetched({ size: 1_000_000 })).digest.bytes).toBe(1_000_000)
  })

  test('that breaks off is not taken as whole', async () => {
    const short = { kind: 'retryable', code: 'cut_short' }
    await expect(fetched({ size: 500_000, breaksAfter: 100_000 })).rejects.toMatchObject(short)
    await expect(fetched({ size: 1_000, declaredLength: 2_000 })).rejects.toMatchObject(short)
  })

  test('ends at its length, whatever else is sent', async () => {
    const { digest } = await fetched({ body: Buffer.alloc(30), declaredLength: 10 })
    expect(digest.bytes).toBe(10)
  })

  test('that arrives too slowly is cut', async () => {
    const drip = fetched({ endless: false, dripMs: 20 }, { windowMs: 300 })
    await expect(drip).rejects.toMatchObject({ kind: 'retryable', code: 'too_slow' })
  })

  test('that stops arriving is cut', async () => {
    const stop = fetched({ dripMs: 4_000 }, { windowMs: 200 })
    await expect(stop).rejects.toMatchObject({ kind: 'retryable', code: 'too_slow' })
  })

  test('must arrive within the time limit, however steadily', async () => {
    const slow = fetched({ dripMs: 10 }, { timeoutMs: 400, windowMs: 100, minBytes: 1 })
    await expect(slow).rejects.toMatchObject({ kind: 'retryable', code: 'timed_out' })
  })

  test('that is read slowly does not count as slow', () =>
    withReplicate(async (replicate) => {
      const { url, sha256 } = replicate.addFile({ size: 900_000 })
      const { body, digest } = await downloaderOf(replicate, { windowMs: 50 }).download(url)
      for await (const _ of body) await new Promise((resolve) => setTimeout(resolve, 15))
      expect(digest().sha256).toBe(sha256)
    }))

  test('that its reader drops ends its request', () =>
    withReplicate(async (replicate) => {
      const { body } = await downloaderOf(replicate, { maxBytes: 1e12 }).download(
        replicate.addFile({ endless: true }).url,
      )
      body.destroy()
      await eventually(() => expect(body.closed).toBe(true))
    }))
})
