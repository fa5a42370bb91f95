/**
 * Whether the whole string is a URL of any scheme. A sentence that starts with a URL does not count, because it contains
 * a space.
 */
export const isAddress = (text: string): boolean =>
  /^(data:[^\s,]*,|[a-z][a-z0-9+.-]*:\/\/\S)/i.test(text) && isOneWord(text)

/** The data of a `data:` URI may contain line breaks. */
const isOneWord = (text: string): boolean => /^data:/i.test(text) || !/\s/.test(text)

/** Types of files that models make. A page of the web, such as one that a language model quotes, has none of them. */
const MEDIA =
  /\.(png|jpe?g|gif|webp|avif|svg|bmp|tiff?|mp4|webm|mov|mkv|mp3|wav|flac|ogg|m4a|glb|obj|ply|stl|zip|tar|gz|pdf|safetensors)$/i

/**
 * Whether an address is a file of the output on its own: a `data:` URI, an address of an allowed host, or of a file of a
 * usual type. An address that can only be an attack (no https, an IP address, a port) counts too, so that its row tells
 * that it was refused.
 */
export function isFile(address: string, hosts: readonly string[]): boolean {
  if (!/^https:/i.test(address)) return true
  if (!URL.canParse(address)) return true
  const { hostname, port, username, pathname } = new URL(address)
  return port !== '' || username !== '' || isNumeric(hostname) || MEDIA.test(pathname) || isAllowed(hostname, hosts)
}

/** `URL` writes an IPv4 address of any notation with dots, and an IPv6 address in brackets. */
const isNumeric = (hostname: string): boolean => /^(\[|[\d.]+$)/.test(hostname)

/** Exact names, or `*.name` for every subdomain. */
const isAllowed = (hostname: string, hosts: readonly string[]): boolean =>
  hosts.some((host) =>
    host.startsWith('*.') ? hostname.endsWith(host.slice(1).toLowerCase()) : hostname === host.toLowerCase(),
  )
