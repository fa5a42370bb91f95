import { BlockList, isIP } from 'node:net'

/** https://www.iana.org/assignments/iana-ipv4-special-registry and multicast, 6to4 relays, class E. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/**
 * The only public part of IPv6. Loopback, link-local, unique local, multicast, and mapped, compatible and translated IPv4
 * are outside of it, like every range that is not yet assigned.
 * https://www.iana.org/assignments/ipv6-address-space
 */
const GLOBAL_IPV6 = ['2000::/3']

/** Exceptions within it: protocols such as Teredo, documentation, and 6to4, which embeds an IPv4 address. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']

const specialIpv4 = blockListOf(SPECIAL_IPV4, 'ipv4')
const globalIpv6 = blockListOf(GLOBAL_IPV6, 'ipv6')
const specialIpv6 = blockListOf(SPECIAL_IPV6, 'ipv6')

/** Whether an address of a resolver is on the public Internet. One with a zone (`%eth0`) never is. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false
  const version = isIP(address)
  if (version === 4) return !specialIpv4.check(address, 'ipv4')
  if (version === 6) return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6')
  return false
}

function blockListOf(ranges: string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
