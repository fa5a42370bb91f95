import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = [network: Address, bits: number]

/** The network that a client can choose its IPv6 address from, as a home is given one. */
const HOME_BITS = 56
/** IPv4 in IPv6 begins with so many bits of its own: `::ffff:0:0/96`. */
const MAPPED_BITS = 96

/**
 * The address without what proxies and sockets add to it: a port, brackets, a zone. IPv4 in IPv6 is IPv4.
 * Null when the text is no address.
 */
export function parseAddress(text: string | undefined): Address | null {
  const [, bracketed = text] = /^\[(.+)\](?::\d+)?$/.exec(text ?? '') ?? []
  const bare = bracketed?.replace(/^([\d.]+):\d+$/, '$1').replace(/%.*$/, '') ?? ''
  return isIP(bare) ? ipaddr.process(bare) : null
}

/** Addresses and CIDR ranges; null when an entry is neither. */
export function addressList(entries: readonly string[]): readonly Range[] | null {
  const ranges = entries.map(rangeOf)
  return ranges.every((range) => range !== null) ? ranges : null
}

function rangeOf(entry: string): Range | null {
  const [address = '', bits] = entry.split('/')
  if (!isIP(address)) return null // else `10.1`, which the library reads as 10.0.0.1, would do
  const range = bits === undefined ? `${address}/${address.includes(':') ? 128 : 32}` : entry
  return ipaddr.isValidCIDR(range) ? unmapped(ipaddr.parseCIDR(range)) : null
}

function unmapped([network, bits]: Range): Range {
  const isMapped = network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= MAPPED_BITS
  return isMapped ? [network.toIPv4Address(), bits - MAPPED_BITS] : [network, bits]
}

/** Whether the address is on the list; what is no address is on none. */
export const includes = (list: readonly Range[], address: Address | null): boolean =>
  list.some(([network, bits]) => address?.kind() === network.kind() && address.match(network, bits))

/** What one client counts under: its IPv4 address, or its network of IPv6. */
export function networkOf(address: Address | null): string {
  if (address === null) return 'unknown'
  if (address instanceof ipaddr.IPv4) return address.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/${HOME_BITS}`).toString()
}
