import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isPublicAddress } from '../../../src/outbound/assets/public-address.ts'

describe('a public address', () => {
  test.each(['1.1.1.1', '34.120.0.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2606:4700::1111', '2a00:1450::1'])(
    '%s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )
})

describe('an address that is not public', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '2002:a00:1::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%eth0',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
    '1.1.1',
    '01.1.1.1',
    '1.1.1.1 ',
  ])('%j', (address) => expect(isPublicAddress(address)).toBe(false))
})

test('no private IPv4 address is public in any of its IPv6 forms', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  const privateIpv4 = fc.oneof(
    fc.tuple(fc.constant(10), octet, octet, octet),
    fc.tuple(fc.constant(127), octet, octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
  )
  fc.assert(
    fc.property(privateIpv4, (octets) => {
      const dotted = octets.join('.')
      const [a = 0, b = 0, c = 0, d = 0] = octets
      const groups = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
      const carried = [`::${dotted}`, `::ffff:${dotted}`, `::ffff:${groups}`, `64:ff9b::${dotted}`, `2002:${groups}::`]
      for (const address of [dotted, ...carried]) expect(isPublicAddress(address)).toBe(false)
    }),
  )
})
