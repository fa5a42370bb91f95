import { setTimeout as pause } from 'node:timers/promises'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { listening } from '../listening.ts'

export interface ReceivedMail {
  /** With its angle brackets. */
  messageId: string
  from: string
  to: string
  subject: string
  text: string
  html: string
  attachments: { filename: string; contentType: string; content: Buffer }[]
}

/** A failure of the mail server. */
export type SmtpFailure =
  /** Answers every recipient with this code, e.g. 550; quoting the address, as servers do. */
  | { refuse: number }
  /** Accepts each message, and answers after this many milliseconds. */
  | { slowMs: number }
  /** Accepts each message and hangs up before it confirms. */
  | 'hangs up after taking'

export interface TestSmtp {
  /** For `SMTP_URL`. */
  url: string
  /** Every accepted message in order, also those that it never confirmed. */
  mails: ReceivedMail[]
  /** How many recipients were announced to it. */
  readonly asked: number
  failWith(failure: SmtpFailure): void
  recover(): void
  stop(): Promise<void>
  start(): Promise<void>
}

/** A mail server on a free port that keeps every message; stopped afterwards. */
export async function withSmtp<T>(use: (smtp: TestSmtp) => Promise<T>): Promise<T> {
  const mails: ReceivedMail[] = []
  let failure: SmtpFailure | undefined
  let asked = 0

  const create = () =>
    new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onRcptTo({ address }, _session, answer) {
        asked += 1
        const code = isRefusal(failure) ? failure.refuse : null
        answer(code === null ? null : Object.assign(new Error(`<${address}> is refused`), { responseCode: code }))
      },
      onData(stream, session, answer) {
        take(stream, session).then(() => answer(null), answer)
      },
    })

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession) {
    const now = failure
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    mails.push(await parse(Buffer.concat(chunks)))
    if (now === 'hangs up after taking') hangUp(session)
    else if (now && 'slowMs' in now) await pause(now.slowMs, undefined, { ref: false })
  }

  let current = create()
  const server = await listening(() => {
    current = create()
    current.on('error', () => {}) // connections that the test ends
    return current.server
  })
  const hangUp = (session: SMTPServerSession) => {
    for (const connection of current.connections) if (connection.session === session) connection._socket.destroy()
  }

  try {
    return await use({
      url: `smtp://127.0.0.1:${server.port}`,
      mails,
      get asked() {
        return asked
      },
      failWith: (next) => {
        failure = next
      },
      recover: () => {
        failure = undefined
      },
      stop: server.stop,
      start: server.start,
    })
  } finally {
    await server.stop()
  }
}

const isRefusal = (failure: SmtpFailure | undefined): failure is { refuse: number } =>
  typeof failure === 'object' && 'refuse' in failure

async function parse(bytes: Buffer): Promise<ReceivedMail> {
  const {
    messageId = '',
    from,
    to = [],
    subject = '',
    text = '',
    html = '',
    attachments,
  } = await PostalMime.parse(bytes)
  return {
    messageId,
    from: from?.address ?? '',
    to: to.map(({ address }) => address).join(', '),
    subject,
    text,
    html,
    attachments: attachments.map(({ filename, mimeType, content }) => ({
      filename: filename ?? '',
      contentType: mimeType,
      content: Buffer.from(content as ArrayBuffer),
    })),
  }
}
