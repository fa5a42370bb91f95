import { cutText, type EmailContent } from '@sluice/emails'
import { titleOf, type WebhookFormat } from './format.ts'

/** https://docs.discord.com/developers/resources/webhook#execute-webhook */
export const discord: WebhookFormat = {
  // Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits
  bodyOf: (content) => ({
    embeds: [
      {
        title: cutText(escaped(titleOf(content)), 256),
        description: cutText(content.paragraphs.map(escaped).join('\n\n'), DESCRIPTION_MAX),
        ...(content.button && { url: content.button.url }),
        fields: fieldsOf(content),
      },
    ],
    allowed_mentions: { parse: [] }, // no text may mention everybody
  }),
  urlOf: (webhook) => {
    const url = new URL(webhook)
    url.searchParams.set('wait', 'true') // else Discord answers before it has stored the message
    return url
  },
}

/** Title, description and fields of a message together have at most 6,000 letters. */
const DESCRIPTION_MAX = 2_000
const FIELDS_MAX = 6_000 - 256 - DESCRIPTION_MAX

/** As many fields as fit, at most 25. */
function fieldsOf({ details }: EmailContent) {
  let letters = 0
  return details
    .slice(0, 25)
    .map(([name, value]) => ({
      name: cutText(escaped(name), 256),
      value: cutText(escaped(value), 1_024),
      inline: true,
    }))
    .filter(({ name, value }) => {
      letters += name.length + value.length
      return letters <= FIELDS_MAX
    })
}

const escaped = (text: string): string => text.replaceAll(/[\\*_~`|>[\]]/g, '\\$&')
