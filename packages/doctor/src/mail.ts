import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Deployment } from './deployment.ts'
import { type Finding, failed, found, good, tryTo } from './finding.ts'

const DEADLINE_MS = 5_000

/** Whether the mail server answers. Does not log in and sends nothing. */
export function checkMail({ smtpUrl, production, emails }: Deployment): Promise<Finding[]> {
  if (!smtpUrl && emails === 'none') return Promise.resolve([good('SMTP_URL', 'not set: EMAILS is none')])
  if (!smtpUrl) return Promise.resolve([unset(production)])
  if (!URL.canParse(smtpUrl) || !/^smtps?:$/.test(new URL(smtpUrl).protocol)) {
    return Promise.resolve([failed('SMTP_URL', 'It should be smtp://… or smtps://….')])
  }
  return tryTo('SMTP_URL', 'Is the mail server running, and is the address correct?', async () => {
    const greeting = await greetingOf(new URL(smtpUrl))
    // https://www.rfc-editor.org/rfc/rfc5321#section-4.2
    if (greeting.startsWith('220')) return [good('SMTP_URL', 'a mail server answers')]
    return [failed('SMTP_URL', 'The server does not accept e-mail: is the port correct?')]
  })
}

function unset(production: boolean): Finding {
  if (!production) return good('SMTP_URL', 'not set: e-mail is written to files in .sluice/mail')
  return found(
    'SMTP_URL',
    'It is not set, so e-mail is written to files and not delivered. Set it to the address of a mail server.',
  )
}

async function greetingOf({ protocol, hostname, port }: URL): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket =
    protocol === 'smtps:'
      ? connectTls({ host, port: Number(port || 465), servername: host })
      : connect({ host, port: Number(port || 587) })
  try {
    const [greeting] = await once(socket, 'data', { signal: AbortSignal.timeout(DEADLINE_MS) })
    return String(greeting)
  } finally {
    socket.on('error', () => {}).destroy()
  }
}
