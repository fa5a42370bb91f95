import { createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { listening } from '../listening.ts'
import { makeCertificate } from '../replicate/certificate.ts'

/** Where a mail server stops answering: before its greeting, instead of the reply to a command, or after the message. */
export type SmtpPhase = 'greeting' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'message'

export interface HangingSmtp {
  /** For `SMTP_URL`, with a login. */
  url: string
  /** Every command, without the login that follows AUTH. */
  commands: string[]
  /** How many messages it got whole, up to the final dot. */
  readonly messages: number
}

export interface HangingOptions {
  /** Default: it answers everything. */
  at?: SmtpPhase
  /** Instead of silence: a reply such as `454 try later`, or `hang up`. */
  reply?: string
  /** Whether it offers STARTTLS, with a certificate that nobody trusts. Default: false. */
  offersTls?: boolean
}

const REPLIES: Record<string, string> = {
  AUTH: '235 in',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  QUIT: '221 bye',
}

/** A mail server on a free port that hangs, or replies as told, at one phase of SMTP; stopped afterwards. */
export async function withHangingSmtp<T>(
  { at, reply, offersTls = false }: HangingOptions,
  use: (smtp: HangingSmtp) => Promise<T>,
): Promise<T> {
  const commands: string[] = []
  const certificate = offersTls ? await makeCertificate() : undefined
  let messages = 0

  function serve(socket: Socket): void {
    let isMessage = false
    let pending = ''
    const answer = (phase: string, usual: string) => {
      if (phase !== at) socket.write(`${usual}\r\n`)
      else if (reply === 'hang up') socket.destroy()
      else if (reply) socket.write(`${reply}\r\n`)
    }
    const capabilities = ['mail', 'AUTH PLAIN', ...(offersTls ? ['STARTTLS'] : [])]
    const ehlo = capabilities
      .map((one, index) => `250${index === capabilities.length - 1 ? ' ' : '-'}${one}`)
      .join('\r\n')
    const onLine = (line: string) => {
      if (isMessage) {
        if (line !== '.') return
        isMessage = false
        messages += 1
        answer('message', '250 queued')
        return
      }
      const command = line.split(' ')[0]?.toUpperCase() ?? ''
      commands.push(command)
      isMessage = command === 'DATA' && at !== 'DATA'
      if (command === 'STARTTLS' && certificate && at !== 'STARTTLS') {
        socket.write('220 go on\r\n')
        socket.removeAllListeners('data')
        new TLSSocket(socket, { isServer: true, ...certificate }).on('error', () => {}) // it is refused on purpose
        return
      }
      answer(command, command === 'EHLO' ? ehlo : (REPLIES[command] ?? '502 not known'))
    }
    answer('greeting', '220 mail')
    socket.on('data', (chunk) => {
      const lines = (pending + chunk.toString('latin1')).split('\r\n')
      pending = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    })
  }

  const server = await listening(() => createServer(serve))
  try {
    return await use({
      url: `smtp://sender:secret@127.0.0.1:${server.port}`,
      commands,
      get messages() {
        return messages
      },
    })
  } finally {
    await server.stop()
  }
}
