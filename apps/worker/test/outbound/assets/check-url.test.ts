import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { allowHosts, checkUrl } from '../../../src/outbound/assets/check-url.ts'

const isAllowed = allowHosts(['replicate.delivery', '*.replicate.delivery'])
const reasonOf = (text: string): string => {
  try {
    checkUrl(text, isAllowed)
    return 'allowed'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('an allowed URL', () => {
  test.each([
    'https://replicate.delivery/xezq/a/out-0.png',
    'https://pbxt.replicate.delivery/a.png',
    'https://a.b.replicate.delivery/a.png',
    'https://REPLICATE.Delivery/a.png',
    'https://replicate.delivery:443/a.png',
    'https://replicate.delivery/a.png?x=1#part',
    'HTTPS://replicate.delivery/%2e%2e/a@b',
    'https://replicate%2Edelivery/a.png', // the parser decodes it, and what is asked is what was checked
  ])('%s', (url) => expect(reasonOf(url)).toBe('allowed'))
})

describe('a refused URL', () => {
  test.each([
    ['http://replicate.delivery/a.png', 'not_https'],
    ['http://169.254.169.254/latest/meta-data', 'not_https'],
    ['file:///etc/passwd', 'not_https'],
    ['ftp://replicate.delivery/a', 'not_https'],
    ['gopher://replicate.delivery/a', 'not_https'],
    ['javascript:alert(1)', 'not_https'],
    ['data:text/plain,a', 'not_https'],
    ['https://replicate.delivery:8443/a', 'port_not_allowed'],
    ['https://replicate.delivery:80/a', 'port_not_allowed'],
    ['https://replicate.delivery:22/a', 'port_not_allowed'],
    ['https://user@replicate.delivery/a', 'credentials_in_url'],
    ['https://user:password@replicate.delivery/a', 'credentials_in_url'],
    ['https://:password@replicate.delivery/a', 'credentials_in_url'],
    ['https://replicate.delivery@evil.example/a', 'credentials_in_url'],
    ['https://replicate.delivery%40evil.example/a', 'malformed_url'],
    ['https://evil.example/replicate.delivery', 'host_not_allowed'],
    ['https://replicate.delivery.evil.example/a', 'host_not_allowed'],
    ['https://evilreplicate.delivery/a', 'host_not_allowed'],
    ['https://.replicate.delivery/a', 'host_not_allowed'],
    ['https://a..replicate.delivery/a', 'host_not_allowed'],
    ['https://replicate.delivery./a', 'host_not_allowed'],
    ['https://pbxt.replicate.delivery./a', 'host_not_allowed'],
    ['https://xn--bcher-kva.replicate.delivery.example/a', 'host_not_allowed'],
    ['https://replicаte.delivery/a', 'host_not_allowed'], // a Cyrillic а
    ['https://127.0.0.1/a', 'host_not_allowed'],
    ['https://2130706433/a', 'host_not_allowed'],
    ['https://0x7f000001/a', 'host_not_allowed'],
    ['https://0177.0.0.1/a', 'host_not_allowed'],
    ['https://127.1/a', 'host_not_allowed'],
    ['https://0/a', 'host_not_allowed'],
    ['https://[::1]/a', 'host_not_allowed'],
    ['https://[::ffff:10.0.0.1]/a', 'host_not_allowed'],
    ['https://[fe80::1%25eth0]/a', 'malformed_url'],
    ['https://localhost/a', 'host_not_allowed'],
    ['https://127.0.0.1.nip.io/a', 'host_not_allowed'],
    ['https://metadata.google.internal/a', 'host_not_allowed'],
    ['https:\\\\replicate.delivery\\a', 'malformed_url'],
    ['https://replicate.delivery\\@evil.example/a', 'malformed_url'],
    ['https://evil.example\\@replicate.delivery/a', 'malformed_url'],
    [' https://replicate.delivery/a', 'malformed_url'],
    ['https://replicate.delivery/a\r\nHost: evil.example', 'malformed_url'],
    ['https://repli\tcate.delivery/a', 'malformed_url'],
    ['https://replicate.delivery/\u0000', 'malformed_url'],
    [`https://replicate.delivery/${'a'.repeat(9_000)}`, 'malformed_url'],
    ['replicate.delivery/a', 'malformed_url'],
    ['//replicate.delivery/a', 'malformed_url'],
    ['https://', 'malformed_url'],
    ['', 'malformed_url'],
  ])('%j: %s', (url, reason) => expect(reasonOf(url)).toBe(reason))
})

test('a dot in an allowed host matches a dot alone', () => {
  expect(reasonOf('https://replicateXdelivery/a')).toBe('host_not_allowed')
  expect(allowHosts(['*.example.com'])('example.com')).toBe(false)
  expect(allowHosts([])('replicate.delivery')).toBe(false)
})

test('an IP address is refused even if it is listed', () => {
  const careless = allowHosts(['127.0.0.1', '*.0.0.1', '[::1]', '::1'])
  for (const hostname of ['127.0.0.1', '10.0.0.1', '[::1]', '::1']) expect(careless(hostname)).toBe(false)
})

const SCHEMES = ['https:', 'HTTPS:', 'http:', 'file:', 'ftp:', 'ws:', 'blob:https:', 'javascript:', '']
const SLASHES = ['//', '/', '\\\\', '/\\', '///', '']
const USERS = ['', '', 'a@', 'a:b@', '@', ':@', 'replicate.delivery@', 'replicate.delivery%40', 'replicate.delivery\\@']
const HOSTS = [
  'replicate.delivery',
  'pbxt.replicate.delivery',
  'REPLICATE.delivery',
  'replicate.delivery.',
  'replicate。delivery',
  'evilreplicate.delivery',
  'replicate.delivery.evil.example',
  'xn--rplicate-b1a.delivery',
  'ｒeplicate.delivery',
  '127.0.0.1',
  '127.1',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '[::1]',
  '[::ffff:169.254.169.254]',
  '[fe80::1%25lo]',
  'localhost',
  '127.0.0.1.nip.io',
]
const PORTS = ['', '', ':443', ':0443', ':80', ':8443', ':', ':99999', ':-1']
const TAILS = [
  '/a',
  '',
  '?x',
  '#x',
  '/../a',
  '@evil.example',
  '\\evil.example',
  '\t',
  '\r\nx: y',
  '%00',
  '/@evil.example',
]

const mostlyFirst = (list: string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(list[0] ?? '') }, { weight: 1, arbitrary: fc.constantFrom(...list) })

test('every allowed URL is https, on port 443, without credentials and of an allowed host, as any client parses it', () => {
  const odd = fc
    .tuple(...[SCHEMES, SLASHES, USERS, HOSTS, PORTS, TAILS].map(mostlyFirst))
    .map((parts) => parts.join(''))
  const texts = fc.oneof(odd, fc.webUrl({ withQueryParameters: true }), fc.string({ unit: 'binary' }))
  let passed = 0
  fc.assert(
    fc.property(texts, (text) => {
      if (reasonOf(text) !== 'allowed') return
      passed += 1
      const url = checkUrl(text, isAllowed)
      expect(url.protocol).toBe('https:')
      expect([url.port, url.username, url.password]).toEqual(['', '', ''])
      expect(url.hostname).toMatch(/^([a-z0-9_-]+\.)*replicate\.delivery$/)
      expect(new URL(url.href).href).toBe(url.href)
    }),
    { numRuns: 20_000 },
  )
  expect(passed).toBeGreaterThan(50)
})
