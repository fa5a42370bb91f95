export interface Sender {
  /** The display name of the address, else the address. */
  name: string
  /** `billing@example.com` */
  address: string
  /** The part after the @. */
  domain: string
}

const NAMED = /^\s*(?:"?([^"<>\r\n]*?)"?\s*)<([^<>\s@]+@([^<>\s@]+))>\s*$/
const BARE = /^\s*([^<>\s@,]+@([^<>\s@,]+))\s*$/

/** Reads `billing@example.com` or `Acme <billing@example.com>`; undefined when it is neither. */
export function senderOf(text: string): Sender | undefined {
  const [, name = '', address, domain] = NAMED.exec(text) ?? []
  if (address && domain) return { name: name || address, address, domain }
  const [, bare, bareDomain] = BARE.exec(text) ?? []
  return bare && bareDomain ? { name: bare, address: bare, domain: bareDomain } : undefined
}
