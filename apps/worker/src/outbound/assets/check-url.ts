import { isIP } from 'node:net'
import { AssetError } from './asset-error.ts'

/** Longer than any signed address that we have seen. */
const MAX_LENGTH = 8_192

/** Parsers disagree about what they mean, so no address of ours has them. */
const AMBIGUOUS = /[\s\\\p{Cc}]/u

export type HostCheck = (hostname: string) => boolean

/**
 * Whether a host is one of `patterns`: exact names, or `*.name` for all that is below a name.
 * An address in numbers never is, however it is written.
 */
export function allowHosts(patterns: readonly string[]): HostCheck {
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith('*.')).map(lowerCase))
  const below = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => lowerCase(pattern.slice(1)))
  return (hostname) => {
    if (isIP(hostname) !== 0 || hostname.startsWith('[')) return false
    return exact.has(hostname) || below.some((suffix) => isBelow(hostname, suffix))
  }
}

/** The address, if it is one that we may ask. @throws AssetError `refused` */
export function checkUrl(text: string, isAllowed: HostCheck, base?: URL): URL {
  if (text.length > MAX_LENGTH || AMBIGUOUS.test(text)) throw AssetError.refused('malformed_url')
  const url = parse(text, base)
  if (!url) throw AssetError.refused('malformed_url')
  if (url.protocol !== 'https:') throw AssetError.refused('not_https')
  if (url.username !== '' || url.password !== '') throw AssetError.refused('credentials_in_url')
  if (url.port !== '') throw AssetError.refused('port_not_allowed') // the parser leaves out 443
  if (!isAllowed(url.hostname)) throw AssetError.refused('host_not_allowed')
  return url
}

const lowerCase = (text: string): string => text.toLowerCase()

const isBelow = (hostname: string, suffix: string): boolean =>
  hostname.endsWith(suffix) && /^([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/.test(hostname.slice(0, -suffix.length))

function parse(text: string, base?: URL): URL | null {
  try {
    return new URL(text, base)
  } catch {
    return null
  }
}
