import type { Environment } from './environment.ts'
import { createMailer, type Mailer } from './mail/mailer.ts'
import { createFileStore } from './store/file-store.ts'
import { type ObjectStore, openStore } from './store/index.ts'

/** Where messages go without a mail server, below the working directory. */
const MAIL_FOLDER = '.sluice/mail'

/** What effects reach beside Postgres and Redis. */
export interface OtherSides {
  mail: Mailer
  store: ObjectStore
  close(): void
}

type Settings = Pick<Environment, 'SMTP_URL' | 'MAIL_FROM' | 'ASSET_STORE' | 'S3_ENDPOINT' | 'HANDLER_TIMEOUT_MS'>

/** Nothing is connected before it is needed. Their timeouts leave an effect that waits for both within its own. */
export function openOtherSides(env: Settings): OtherSides {
  const place = env.ASSET_STORE
  const store = openStore(
    place.kind === 's3' ? { ...place, endpoint: env.S3_ENDPOINT } : place,
    env.HANDLER_TIMEOUT_MS * 0.2,
  )
  const mail = createMailer({
    sender: env.MAIL_FROM,
    smtpUrl: env.SMTP_URL ?? null,
    files: createFileStore(MAIL_FOLDER),
    timeoutMs: env.HANDLER_TIMEOUT_MS * 0.4,
  })
  const close = () => {
    mail.close()
    store.close()
  }
  return { mail, store, close }
}
