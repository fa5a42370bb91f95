import { describe, expect, test } from '@jest/globals'
import { type Provider, providers } from '../src/index.ts'
import { secondsFromNow, signedByItself, verify } from './samples.ts'

const sampleOf = async (provider: Provider) => ({
  name: provider.name,
  provider,
  secret: provider.makeSecret(),
  other: provider.makeSecret(),
  body: await provider.sample(provider.sampleType, `${provider.eventId.prefix}conformance`),
})

/** Every provider with a body of its own and two secrets: a new one is held to these rules by being listed. */
const samples: Awaited<ReturnType<typeof sampleOf>>[] = []
for (const provider of providers) samples.push(await sampleOf(provider)) // one by one: Jest mixes up imports at once

test('no two providers share a name, a path or a variable', () => {
  const said = providers.flatMap(({ name, paths, secretVariable, allowedAddressesVariable, api }) => [
    ...[name, ...paths, secretVariable, allowedAddressesVariable],
    ...[api?.keyVariable, api?.baseVariable],
  ])
  const names = said.filter((one) => one)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(samples)('$name', (sample) => {
  const { provider, secret, other, body } = sample
  const receive = (text: string | Buffer = body) => signedByItself(provider, text, secret)

  test('the paths are those that every provider has, and more', () => {
    const [first, second] = provider.paths
    expect([first, second]).toEqual([`/webhooks/${provider.name}`, `/api/v1/webhooks/${provider.name}`])
  })

  test('a secret that it makes is one that ingest takes', () => {
    expect(secret).toMatch(provider.secretPattern)
    expect(other).not.toBe(secret)
    for (const wrong of ['', 'x', ' ', `"${secret}"`, `${secret} `, 'sk_live_abcdefghijkl']) {
      expect(wrong).not.toMatch(provider.secretPattern)
    }
  })

  test('a sample is an event of the type and id that were asked for, the same every time', async () => {
    const { sampleType, eventId } = provider
    const [one, two] = [`${eventId.prefix}one`, `${eventId.prefix}two`]
    const text = await provider.sample(sampleType, one)
    expect(await provider.sample(sampleType, one)).toBe(text)
    expect(await provider.sample(sampleType, two)).not.toBe(text)
    expect(signedByItself(provider, text, secret, one)).toMatchObject({ type: sampleType, eventId: one })
    const payload = JSON.parse(text)
    if (eventId.bodyKey !== null) expect(payload[eventId.bodyKey]).toBe(one)
    expect(provider.objectId(payload)).toEqual(expect.any(String))
  })

  test('the object of anything else is undefined, and nothing is thrown', () => {
    for (const payload of [null, undefined, 1, 'x', [], {}, { data: null }, { id: 5 }]) {
      expect(provider.objectId(payload)).toBeUndefined()
    }
  })

  test('the ordering key begins with the name, and has the prediction where events are about one', () => {
    const { orderingKey } = receive()
    expect(orderingKey).toMatch(new RegExp(`^${provider.name}:.`))
    if (provider.predictionIdOf) expect(provider.predictionIdOf(orderingKey)).toBe(provider.objectId(JSON.parse(body)))
  })

  const refusal = (code: string, reason: string) => expect.objectContaining({ name: 'RefusalError', code, reason })
  const noMatch = refusal('invalid_signature', 'no_matching_signature')
  const signedAt = (seconds: number) => provider.sign(body, secret, { at: secondsFromNow(seconds) })

  test('what the provider signs is taken, with its exact bytes', () => {
    const event = receive()
    expect(event).toMatchObject({ provider: provider.name, rawBody: Buffer.from(body) })
    expect(event.headers).not.toHaveProperty('cookie')
  })

  test('of the headers only those are kept that verification and support need', () => {
    const headers = { ...signedAt(0), cookie: 'session=1', authorization: 'Bearer x', 'x-forwarded-for': '10.0.0.1' }
    expect(Object.keys(verify(provider, body, headers, [secret]).headers).sort()).toEqual(
      Object.keys(signedAt(0)).sort(),
    )
  })

  test('one of several secrets is enough, and an unknown one is refused', () => {
    expect(verify(provider, body, signedAt(0), [other, secret])).toBeDefined()
    expect(() => verify(provider, body, signedAt(0), [other])).toThrow(noMatch)
  })

  test('no secret never means no check', () => {
    expect(() => verify(provider, body, signedAt(0), [])).toThrow(refusal('not_configured', 'no_secret'))
    expect(() => verify(provider, body, {}, [secret], { allowUnsigned: true })).toThrow(
      refusal('invalid_signature', 'missing_header'),
    )
  })

  test.each([-300, -1, 0, 1, 300])('a timestamp %d s from now is within the tolerance', (seconds) => {
    expect(verify(provider, body, signedAt(seconds), [secret])).toBeDefined()
  })

  test.each([
    [-301, 'too_old'],
    [301, 'in_future'],
    [600, 'in_future'],
  ])('a timestamp %d s from now is refused', (seconds, reason) => {
    expect(() => verify(provider, body, signedAt(seconds), [secret])).toThrow(refusal('invalid_signature', reason))
  })

  test.each(provider.signatureHeaders)('a request without %s is refused, and with an empty one', (name) => {
    const missing = refusal('invalid_signature', 'missing_header')
    expect(() => verify(provider, body, { ...signedAt(0), [name]: undefined }, [secret])).toThrow(missing)
    expect(() => verify(provider, body, { ...signedAt(0), [name]: '' }, [secret])).toThrow(missing)
  })

  test('any changed byte of the body is refused', () => {
    const headers = signedAt(0)
    for (let at = 0; at < body.length; at += 1) {
      const changed = Buffer.from(body)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => verify(provider, changed, headers, [secret])).toThrow(noMatch)
    }
  })

  test('any changed byte of a signature header is refused', () => {
    const headers = signedAt(0)
    for (const name of provider.signatureHeaders) {
      const value = headers[name] ?? ''
      for (let at = 0; at < value.length; at += 1) {
        const changed = `${value.slice(0, at)}${String.fromCharCode(value.charCodeAt(at) ^ 1)}${value.slice(at + 1)}`
        expect(() => verify(provider, body, { ...headers, [name]: changed }, [secret])).toThrow(
          expect.objectContaining({ code: 'invalid_signature' }),
        )
      }
    }
  })

  test.each([
    ['nothing', ''],
    ['words', 'nope'],
    ['a cut object', body.slice(0, -5)],
    ['a trailing comma', '{"id":"x",}'],
    ['a byte order mark', `\ufeff${body}`],
  ])('a signed body that is %s is no JSON', (_what, text) => {
    expect(() => receive(text)).toThrow(refusal('invalid_payload', 'not_json'))
  })

  test.each(['null', '[]', '[1]', '5', '"x"', 'true', '{}', '{"object":"event"}', '{"id":1,"status":2}'])(
    'a signed %s is no event',
    (text) => {
      expect(() => receive(text)).toThrow(refusal('invalid_payload', 'not_an_event'))
    },
  )

  test('signed bytes that are not UTF-8 are refused', () => {
    const bytes = Buffer.from(body)
    bytes[bytes.indexOf('id')] = 0xff
    expect(() => receive(bytes)).toThrow(refusal('invalid_payload', 'not_utf8'))
  })

  test('nesting has a limit, and no depth overflows a stack', () => {
    const nested = (levels: number) => body.replace('{', `{"deep":${'['.repeat(levels)}${']'.repeat(levels)},`)
    expect(receive(nested(499))).toBeDefined()
    for (const levels of [500, 5000, 400_000]) {
      expect(() => receive(nested(levels))).toThrow(refusal('invalid_payload', 'too_deep'))
    }
    const brackets = JSON.stringify(`${'['.repeat(5000)}\\"`)
    expect(receive(body.replace('{', `{"text":${brackets},`))).toBeDefined()
  })

  test('strange but valid JSON does no harm', () => {
    const strange =
      '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1e400,"b":9007199254740993'
    expect(receive(body.replace('{', `{${strange},"c":"\\u0000","d":"\\ud800",`))).toBeDefined()
    expect({}).not.toHaveProperty('polluted')
  })

  test('whatever comes, nothing but a refusal is thrown', () => {
    for (let round = 0; round < 3000; round += 1) {
      const headers: Record<string, string> = { ...signedAt(0) }
      for (const name of provider.signatureHeaders) if (random() < 0.7) headers[name] = scramble(headers[name] ?? '')
      const bytes = random() < 0.5 ? randomBytes(round % 200) : Buffer.from(scramble(body), 'latin1')
      expectEventOrRefusal(() => verify(provider, bytes, headers, [secret]))
      expectEventOrRefusal(() => receive(bytes))
    }
  })
})

/** The same noise in every run (a linear congruential generator). */
let state = 20_261_121
function random(): number {
  state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
  return state / 2 ** 32
}

const randomBytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))

function expectEventOrRefusal(attempt: () => unknown) {
  const outcome = outcomeOf(attempt)
  const refusal = { name: 'RefusalError', code: expect.any(String) }
  const event = { eventId: expect.any(String), orderingKey: expect.any(String) }
  expect(outcome).toMatchObject(outcome instanceof Error ? refusal : event)
}

function outcomeOf(attempt: () => unknown): unknown {
  try {
    return attempt()
  } catch (error) {
    return error
  }
}

/** Cuts, repeats and changes characters at random. */
function scramble(text: string): string {
  const at = Math.floor(random() * text.length)
  const noise = randomBytes(3).toString('latin1')
  const changes = [
    () => text.slice(0, at),
    () => text.slice(0, at) + noise + text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text + text,
    () => `${text},v1=,v1 v1,`,
    () => text.replace(/\d/g, (digit) => (random() < 0.1 ? noise : digit)),
    () => text.replace('"', '{["'),
  ]
  return (changes[Math.floor(random() * changes.length)] as () => string)()
}
