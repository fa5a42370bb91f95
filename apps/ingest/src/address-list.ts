import { BlockList, isIP, isIPv4 } from 'node:net'

/** Addresses and CIDR ranges; null when an entry is neither. */
export function addressList(entries: readonly string[]): BlockList | null {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    const bits = prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix || Number.NaN)
    if (!isIP(address) || !Number.isInteger(bits) || bits < 0 || bits > (family === 'ipv4' ? 32 : 128)) return null
    list.addSubnet(address, bits, family)
  }
  return list
}

/** Whether the address is on the list; what is no address is on none. */
export function includes(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** IPv4 written as IPv6 (`::ffff:10.0.0.1`), as a dual-stack socket tells it, is IPv4. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
}

/** The network that one client can choose its address from: a whole IPv4 address, or the /56 that a home is given. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return isIPv4(address) ? address : 'unknown'
  const text = address.replace(/%.*/, '')
  const missing = 8 - text.split(':').filter(Boolean).length
  const groups = text
    .replace('::', `:${'0:'.repeat(missing)}`)
    .split(':')
    .filter(Boolean)
    .slice(0, 4)
  const numbers = groups.map((group) => Number.parseInt(group, 16))
  return numbers.map((number, index) => (index === 3 ? number & 0xff00 : number).toString(16)).join(':')
}
