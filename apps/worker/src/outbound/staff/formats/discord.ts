import { cut, titleOf, type WebhookFormat } from './format.ts'

/** https://docs.discord.com/developers/resources/webhook#execute-webhook */
export const discord: WebhookFormat = {
  // Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits
  bodyOf: (content) => ({
    embeds: [
      {
        title: cut(escaped(titleOf(content)), 256),
        description: cut(content.paragraphs.map(escaped).join('\n\n'), 4_096),
        ...(content.button && { url: content.button.url }),
        fields: content.details.slice(0, 25).map(([name, value]) => ({
          name: cut(escaped(name), 256),
          value: cut(escaped(value), 1_024),
          inline: true,
        })),
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

const escaped = (text: string): string => text.replaceAll(/[\\*_~`|>[\]]/g, '\\$&')
