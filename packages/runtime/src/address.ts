import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Prefix length of an IPv6 network whose host can use any address in it (RFC 4291, section 2.5.1). */
const SUBNET_BITS = 64

/**
 * Parses an address, with the port, brackets and zone that proxies and sockets may add. IPv4 in IPv6 becomes IPv4. Null
 * when the text is not an address.
 */
export function parseAddress(text: string | undefined): Address | null {
  const [, bracketed = text] = /^\[(.+)\](?::\d+)?$/.exec(text ?? '') ?? []
  const bare = bracketed?.replace(/^([\d.]+):\d+$/, '$1').replace(/%.*$/, '') ?? ''
  return isIP(bare) ? ipaddr.process(bare) : null
}

/** The name under which a client is counted: its IPv4 address or its IPv6 network. */
export function networkOf(address: Address | null, bits = SUBNET_BITS): string {
  if (address === null) return 'unknown'
  if (address instanceof ipaddr.IPv4) return address.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`).toString()
}
