import { cutText, type EmailContent } from '@sluice/emails'
import { titleOf, type WebhookFormat } from './format.ts'

/**
 * A message has at most 28 KB, and a letter up to four bytes with its escapes:
 * https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams
 */
const TITLE_MAX = 256
const PARAGRAPHS_MAX = 4
const PARAGRAPH_MAX = 500
const FACTS_MAX = 16
const FACT_MAX = 200

/**
 * An Adaptive Card, which Workflows and the older connectors take:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
export const teams: WebhookFormat = {
  bodyOf: (content) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          body: [
            {
              type: 'TextBlock',
              text: cutText(titleOf(content), TITLE_MAX),
              size: 'Medium',
              weight: 'Bolder',
              wrap: true,
            },
            ...content.paragraphs
              .slice(0, PARAGRAPHS_MAX)
              .map((text) => ({ type: 'TextBlock', text: cutText(text, PARAGRAPH_MAX), wrap: true })),
            { type: 'FactSet', facts: factsOf(content) },
          ],
          actions: content.button
            ? [{ type: 'Action.OpenUrl', title: content.button.label, url: content.button.url }]
            : [],
        },
      },
    ],
  }),
  // A connector answers 200 also when it delivers nothing, and names the status in the text.
  statusOf: (status, body) => Number(/returned HTTP error (\d{3})/.exec(body)?.[1] ?? status),
}

const factsOf = ({ details }: EmailContent) =>
  details.slice(0, FACTS_MAX).map(([title, value]) => ({ title: cutText(title, 60), value: cutText(value, FACT_MAX) }))
