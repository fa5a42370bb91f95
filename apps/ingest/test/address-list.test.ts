import { describe, expect, test } from '@jest/globals'
import { addressList, includes, networkOf, plainAddress } from '../src/address-list.ts'

describe('a list of addresses', () => {
  const list = addressList(['3.18.12.63', '10.0.0.0/8', '2001:db8::/32', '::1'])

  test.each(['3.18.12.63', '10.9.8.7', '2001:db8:ff::1', '::1'])('includes %s', (address) => {
    expect(list && includes(list, address)).toBe(true)
  })

  test.each(['3.18.12.64', '11.0.0.0', '2001:db9::', '::2', 'localhost', ''])('does not include "%s"', (address) => {
    expect(list && includes(list, address)).toBe(false)
  })

  test.each(['localhost', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8.5', ''])(
    'is none with "%s" on it',
    (entry) => {
      expect(addressList(['3.18.12.63', entry])).toBeNull()
    },
  )
})

test.each([
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::FFFF:10.0.0.1', '10.0.0.1'],
  ['::ffff:a00:1', '::ffff:a00:1'],
  ['2001:db8::1', '2001:db8::1'],
  [undefined, ''],
])('the address %s is plainly %s', (address, plain) => {
  expect(plainAddress(address)).toBe(plain)
})

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['2001:db8:0:aa01::1', '2001:db8:0:aa00'],
  ['2001:db8::', '2001:db8:0:0'],
  ['::', '0:0:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['1:2:3:4ff:5:6:7:8', '1:2:3:400'],
  ['64:ff9b::10.0.0.1', '64:ff9b:0:0'],
  ['1:2:3:4ff:5:6:10.0.0.1', '1:2:3:400'],
  ['nonsense', 'unknown'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
