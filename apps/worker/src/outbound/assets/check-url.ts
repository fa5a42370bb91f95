import { isIP } from 'node:net'
import { AssetError } from './asset-error.ts'

/** Longer than any known signed URL. */
const MAX_LENGTH = 8_192

/** Characters that parsers interpret differently, so URLs with them are refused. */
const AMBIGUOUS = /[\s\\\p{Cc}]/u

export type HostCheck = (hostname: string) => boolean

/**
 * Whether a host matches one of `patterns`: exact names, or `*.name` for every subdomain. IP addresses never match, in
 * any notation.
 */
export function allowHosts(patterns: readonly string[]): HostCheck {
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith('*.')).map(lowerCase))
  const below = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => lowerCase(pattern.slice(1)))
  return (hostname) => {
    if (isIP(hostname) !== 0 || hostname.startsWith('[')) return false
    return exact.has(hostname) || below.some((suffix) => isBelow(hostname, suffix))
  }
}

/** The parsed URL, if it is allowed. @throws AssetError `refused` */
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
