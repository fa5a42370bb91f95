import { z } from 'zod'

const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

/** A signing secret of Standard Webhooks: `whsec_`, then 24 to 64 bytes in base64. */
export function isWhsec(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const { length } = Buffer.from(base64 ?? '', 'base64')
  return length >= 24 && length <= 64
}

const URLS = 'must be the address of your application, https://…, several separated by commas'
const SECRETS = 'must be whsec_ and 24 to 64 bytes in base64, several separated by commas'

/** The variables of messages to the host application. */
export const hostVariables = {
  HOST_WEBHOOK_URL: z
    .string()
    .default('')
    .transform((text, { addIssue }) => {
      const urls = partsOf(text)
      if (!urls.every(isHttpUrl)) {
        addIssue(URLS)
        return z.NEVER
      }
      return [...new Set(urls)].map((url) => new URL(url))
    })
    .meta({
      default: 'none: no message is recorded',
      description:
        'Where your application takes signed messages about what happened, `https://…/sluice`; several separated by commas',
    }),
  HOST_WEBHOOK_SECRET: z
    .string()
    .default('')
    .transform((text, { addIssue }) => {
      const secrets = partsOf(text)
      if (!secrets.every(isWhsec)) addIssue(SECRETS)
      return secrets
    })
    .meta({
      default: 'none; `npm start` makes one',
      description:
        'Secret that messages to your application are signed with, `whsec_…`; several separated by commas while one is rotated',
    }),
}
