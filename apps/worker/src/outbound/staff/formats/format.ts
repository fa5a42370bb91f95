import type { EmailContent } from '@sluice/emails'

/** How a chat service wants a message. */
export interface WebhookFormat {
  /** The JSON of the request. */
  bodyOf(content: EmailContent): object
  /** The URL to post to. Default: the webhook's URL. */
  urlOf?(webhook: URL): URL
  /** The real status of an answer, for a service that answers 200 to everything. */
  statusOf?(status: number, body: string): number
}

export const titleOf = ({ title, note }: EmailContent): string => (note === null ? title : `[Test] ${title}`)
