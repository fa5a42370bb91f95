import { isIP } from 'node:net'
import type { Address } from '@sluice/runtime/address'
import ipaddr from 'ipaddr.js'

export { type Address, networkOf, parseAddress } from '@sluice/runtime/address'

type Range = [network: Address, bits: number]

/** Length of the prefix of IPv4 addresses in IPv6: `::ffff:0:0/96`. */
const MAPPED_BITS = 96

/** Parses addresses and CIDR ranges; null when an entry is neither. */
export function addressList(entries: readonly string[]): readonly Range[] | null {
  const ranges = entries.map(rangeOf)
  return ranges.every((range) => range !== null) ? ranges : null
}

function rangeOf(entry: string): Range | null {
  const [address = '', bits] = entry.split('/')
  if (!isIP(address)) return null // the library would read `10.1` as 10.0.0.1
  const range = bits === undefined ? `${address}/${address.includes(':') ? 128 : 32}` : entry
  return ipaddr.isValidCIDR(range) ? unmapped(ipaddr.parseCIDR(range)) : null
}

function unmapped([network, bits]: Range): Range {
  const isMapped = network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= MAPPED_BITS
  return isMapped ? [network.toIPv4Address(), bits - MAPPED_BITS] : [network, bits]
}

/** Prefix lengths that many clients share, so that a network names nobody. */
const COARSE_BITS = { ipv4: 24, ipv6: 48 } as const

/** `203.0.113.0/24`, `2001:db8:1::/48`; null without an address. */
export function coarseNetworkOf(address: Address | null): string | null {
  if (address === null) return null
  const bits = COARSE_BITS[address.kind()]
  const parser = address instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6
  return `${parser.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`
}

/** Whether the address is on the list. */
export const includes = (list: readonly Range[], address: Address | null): boolean =>
  list.some(([network, bits]) => address?.kind() === network.kind() && address.match(network, bits))
