import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = [network: Address, bits: number]

/** Prefix length of an IPv6 network whose host can use any address in it (RFC 4291, section 2.5.1). */
const SUBNET_BITS = 64
/** Length of the prefix of IPv4 addresses in IPv6: `::ffff:0:0/96`. */
const MAPPED_BITS = 96

/**
 * Parses an address, with the port, brackets and zone that proxies and sockets may add. IPv4 in IPv6 becomes IPv4. Null
 * when the text is not an address.
 */
export function parseAddress(text: string | undefined): Address | null {
  const [, bracketed = text] = /^\[(.+)\](?::\d+)?$/.exec(text ?? '') ?? []
  const bare = bracketed?.replace(/^([\d.]+):\d+$/, '$1').replace(/%.*$/, '') ?? ''
  return isIP(bare) ? ipaddr.process(bare) : null
}

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

/** Whether the address is on the list. */
export const includes = (list: readonly Range[], address: Address | null): boolean =>
  list.some(([network, bits]) => address?.kind() === network.kind() && address.match(network, bits))

/** The name under which a client is counted: its IPv4 address or its IPv6 network. */
export function networkOf(address: Address | null): string {
  if (address === null) return 'unknown'
  if (address instanceof ipaddr.IPv4) return address.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/${SUBNET_BITS}`).toString()
}
