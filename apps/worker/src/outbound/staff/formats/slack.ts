import { cutText } from '@sluice/emails'
import { titleOf, type WebhookFormat } from './format.ts'

/** Slack cuts longer texts off: https://docs.slack.dev/changelog/2018-truncating-really-long-messages */
const LENGTH = 40_000

/** Mattermost, Rocket.Chat and others take the same: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack: WebhookFormat = {
  bodyOf: (content) => {
    const { paragraphs, details, button } = content
    const blocks = [
      `*${escaped(titleOf(content))}*`,
      ...paragraphs.map(escaped),
      details.map(([name, value]) => `• ${escaped(name)}: ${escaped(value)}`).join('\n'),
      button ? `<${escaped(button.url)}|${escaped(button.label)}>` : '',
    ]
    return { text: cutText(blocks.filter(Boolean).join('\n\n'), LENGTH) }
  },
}

/** Without this, a text could mention a whole channel: https://docs.slack.dev/messaging/formatting-message-text#escaping */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
