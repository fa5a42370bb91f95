import { describe, expect, test } from '@jest/globals'
import { addressList, includes, networkOf, parseAddress } from '../src/address-list.ts'

describe('a list of addresses', () => {
  const list = addressList(['3.18.12.63', '10.0.0.0/8', '2001:db8::/32', '::1', '::ffff:192.0.2.0/120']) ?? []
  const isOn = (address: string) => includes(list, parseAddress(address))

  test.each([
    ...['3.18.12.63', '10.9.8.7', '2001:db8:ff::1', '::1', '192.0.2.7'],
    ...['3.18.12.63:51234', '::ffff:3.18.12.63', '::FFFF:10.0.0.1', '[::ffff:10.0.0.1]:443'],
    ...['[2001:db8::1]', '[2001:db8::1]:443', '2001:db8::1%eth0', '[2001:db8::1%25eth0]:443'],
  ])('includes %s', (address) => {
    expect(isOn(address)).toBe(true)
  })

  test.each([
    ...['3.18.12.64', '11.0.0.0', '2001:db9::', '::2', '192.0.3.1', '3.18.12.64:51234', '[2001:db9::1]:443'],
    ...['localhost', 'unknown', '', '10.1', '0x0a.0.0.1', '167772161', '10.0.0.1:port', '[10.0.0.1', '10.0.0.1:1:2'],
  ])('does not include "%s"', (address) => {
    expect(isOn(address)).toBe(false)
  })

  test.each([
    ...['localhost', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8.5', '10.0.0.0/8/8', ''],
    ...['10.1', '10.0.0.1:80', '[::1]', '/8'],
  ])('is none with "%s" on it', (entry) => {
    expect(addressList(['3.18.12.63', entry])).toBeNull()
  })
})

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['10.0.0.1:51234', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:a00:1', '10.0.0.1'],
  ['2001:db8:0:aa01::1', '2001:db8:0:aa01::'],
  ['[2001:db8:0:aa01:ffff::1]:443', '2001:db8:0:aa01::'],
  ['[::ffff:10.0.0.1]:443', '10.0.0.1'],
  ['::1', '::'],
  ['fe80::1%eth0', 'fe80::'],
  ['1:2:3:4ff:5:6:7:8', '1:2:3:4ff::'],
  ['64:ff9b::10.0.0.1', '64:ff9b::'],
  ['1:2:3:4ff:5:6:10.0.0.1', '1:2:3:4ff::'],
  ['nonsense', 'unknown'],
  [undefined, 'unknown'],
])('%s counts as the client %s', (address, network) => {
  expect(networkOf(parseAddress(address))).toBe(network)
})
