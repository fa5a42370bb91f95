import { createEmailWriter, type EmailWriter, PLAIN_BRAND } from '@sluice/emails'
import { createReplicateApi, type ReplicateApi } from '@sluice/providers/replicate/api'
import { MAIL_FOLDER, openStoredFiles, type StoredFiles } from '@sluice/stored-files'
import type { Environment } from '../environment.ts'
import type { FetchObject } from '../events/fetch-object.ts'
import { COPY_TIME_FACTOR } from './assets/copy-asset.ts'
import { createDownloader, type Downloader, type Network } from './assets/download.ts'
import { createMailer, type Mailer } from './mail/mailer.ts'
import type { EmailRules } from './mail/rules.ts'
import { brandOf } from './pdf/brand.ts'
import { createDocuments, type Documents } from './pdf/documents.ts'
import { createStripePdfs } from './pdf/stripe-pdf.ts'
import { openDocumentThread } from './pdf/threaded.ts'
import { formatOf } from './staff/formats/index.ts'
import { createStaffWebhook, type StaffWebhook } from './staff/webhook.ts'
import { createFileStore } from './store/file-store.ts'
import { type ObjectStore, openStore } from './store/index.ts'

/** More than any image or video, but too little to fill a disk. */
const MAX_ASSET_BYTES = 2 * 1024 ** 3

/** The systems that effects reach besides Postgres and Redis. */
export interface OutboundClients {
  mail: Mailer
  writer: EmailWriter
  documents: Documents
  emailRules: EmailRules
  staffWebhook: StaffWebhook | null
  boardUrl: string | undefined
  store: ObjectStore
  /** Removes stored files of persons who were forgotten meanwhile. */
  storedFiles: StoredFiles
  downloader: Downloader
  replicate: ReplicateApi | null
  close(): void
}

/** A document takes milliseconds, and the first one of a thread a second: what takes so long never ends. */
const DOCUMENT_LIMIT_MS = 20_000

/** Parts that tests replace. */
export interface Outside {
  network?: Network
  /** Module of the thread that makes documents. */
  documentThread?: URL
}

type Settings = Pick<
  Environment,
  | 'SMTP_URL'
  | 'MAIL_FROM'
  | 'EMAILS'
  | 'EMAILS_TO_CONNECTED'
  | 'EMAIL_MAX_AGE_HOURS'
  | 'STAFF_WEBHOOK_URL'
  | 'BOARD_URL'
  | 'BRAND_FILE'
  | 'EMAIL_TEMPLATES'
  | 'INVOICE_DOCUMENT'
  | 'ASSET_STORE'
  | 'ASSET_HOSTS'
  | 'REPLICATE_API_TOKEN'
  | 'REPLICATE_API_BASE'
  | 'S3_ENDPOINT'
  | 'HANDLER_TIMEOUT_MS'
>

/**
 * Connects on first use. Time limits of mail and store together are shorter than that of an effect.
 *
 * @param fetchObject asks Stripe within the worker's limit; undefined without an API key
 */
export function openOutbound(env: Settings, outside: Outside = {}, fetchObject?: FetchObject): OutboundClients {
  const { network = {} } = outside
  const place = env.ASSET_STORE
  const storePlace = place.kind === 's3' ? { ...place, endpoint: env.S3_ENDPOINT } : place
  const store = openStore(storePlace, env.HANDLER_TIMEOUT_MS * 0.2)
  const storedFiles = openStoredFiles(storePlace, { timeoutMs: env.HANDLER_TIMEOUT_MS * 0.2 })
  const mail = createMailer({
    sender: env.MAIL_FROM,
    smtpUrl: env.SMTP_URL ?? null,
    files: createFileStore(MAIL_FOLDER),
    timeoutMs: env.HANDLER_TIMEOUT_MS * 0.4,
  })
  const writer = createEmailWriter({
    sender: env.MAIL_FROM.name,
    brand: env.BRAND_FILE,
    templates: env.EMAIL_TEMPLATES,
  })
  const thread = openDocumentThread({ limitMs: DOCUMENT_LIMIT_MS, entry: outside.documentThread })
  const documents = createDocuments({
    make: thread.make,
    brand: brandOf(env.MAIL_FROM, env.BRAND_FILE ?? PLAIN_BRAND),
    invoiceDocument: env.INVOICE_DOCUMENT,
    fetchObject,
    stripePdfs: createStripePdfs(network, env.HANDLER_TIMEOUT_MS * 0.2),
  })
  const { ASSET_HOSTS: hosts, REPLICATE_API_TOKEN: token, REPLICATE_API_BASE: base, HANDLER_TIMEOUT_MS } = env
  const downloader = createDownloader({
    ...network,
    hosts,
    token,
    maxBytes: MAX_ASSET_BYTES,
    timeoutMs: HANDLER_TIMEOUT_MS * COPY_TIME_FACTOR * 0.9,
  })
  const replicate =
    token === undefined ? null : createReplicateApi({ token, base, timeoutMs: HANDLER_TIMEOUT_MS * 0.1 })
  const emailRules = {
    kinds: env.EMAILS,
    toConnected: env.EMAILS_TO_CONNECTED,
    maxAgeHours: env.EMAIL_MAX_AGE_HOURS,
  }
  const url = env.STAFF_WEBHOOK_URL
  const staffWebhook = url
    ? createStaffWebhook({ url, format: formatOf(url), timeoutMs: HANDLER_TIMEOUT_MS * 0.4 })
    : null
  const close = () => {
    mail.close()
    thread.close()
    store.close()
    storedFiles.close()
  }
  const clients = { mail, writer, documents, emailRules, staffWebhook, store, storedFiles, downloader, replicate }
  return { ...clients, boardUrl: env.BOARD_URL, close }
}
