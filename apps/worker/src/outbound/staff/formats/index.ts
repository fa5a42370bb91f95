import { discord } from './discord.ts'
import type { WebhookFormat } from './format.ts'
import { slack } from './slack.ts'
import { teams } from './teams.ts'

/**
 * Hosts of each service; all others take Slack's format. Workflows of Teams moved from logic.azure.com to
 * api.powerplatform.com in November 2025.
 */
const FORMATS: [RegExp, WebhookFormat][] = [
  [/^(?:[\w-]+\.)?(?:discord|discordapp)\.com$/, discord],
  [/\.(?:webhook\.office|logic\.azure|api\.powerplatform)\.com$/, teams],
]

/** The format of a webhook, by its host. */
export const formatOf = ({ hostname }: URL): WebhookFormat =>
  FORMATS.find(([host]) => host.test(hostname))?.[1] ?? slack
