import { isIP } from 'node:net'

/** Options in the address by which Nodemailer would send the login in clear. They win over those in code. */
const OPTIONS = ['requireTLS', 'ignoreTLS', 'opportunisticTLS']

/**
 * How to connect to `SMTP_URL`. With a name and a password, the connection must be encrypted before they are sent,
 * unless it does not leave the machine.
 */
export function smtpAddress(text: string): { url: string; requireTLS?: true } {
  const url = new URL(text)
  const hasLogin = url.username !== '' || url.password !== '' || url.searchParams.has('auth')
  if (url.protocol === 'smtps:' || !hasLogin || isThisMachine(url.hostname)) return { url: text }
  for (const option of OPTIONS) url.searchParams.delete(option)
  return { url: url.href, requireTLS: true }
}

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
