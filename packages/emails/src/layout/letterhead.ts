import type { Brand, Logo } from '../brand.ts'
import type { EmailContent } from '../email-content.ts'
import { commonTextsOf, fill } from '../texts.ts'

/** The parts of an e-mail that show who sent it, in its language. */
export interface Letterhead {
  company: string
  /** Address of the image; null without a logo. */
  logo: string | null
  color: string
  /** Below the text: why the reader receives the e-mail, and where questions go. */
  closing: string[]
  links: { label: string; url: string }[]
  /** Company, address, tax ids and footer of the brand. */
  imprint: string[]
}

/** The Content-ID of a logo that is sent along. */
export const LOGO_CID = 'logo@sluice'

export function letterheadOf({ language, readers, footer }: EmailContent, brand: Brand, sender: string): Letterhead {
  const texts = commonTextsOf(language)
  const { company = sender, color, logo = null, address, taxIds, support, links } = brand
  const question = support === undefined ? texts.reply : fill(texts.support, { address: support })
  const imprint = [...address, ...taxIds, ...(brand.footer?.split('\n') ?? [])]
  return {
    company,
    color,
    logo: logo && sourceOf(logo),
    closing: readers === 'staff' ? [footer] : [footer, question],
    links: readers === 'staff' ? [] : linksOf(links, texts),
    imprint: imprint.length > 0 ? [company, ...imprint] : [],
  }
}

const sourceOf = (logo: Logo): string => ('url' in logo ? logo.url : `cid:${LOGO_CID}`)

function linksOf({ account, portal }: Brand['links'], texts: { account: string; portal: string }): Letterhead['links'] {
  const links = [
    { label: texts.account, url: account },
    { label: texts.portal, url: portal },
  ]
  return links.flatMap(({ label, url }) => (url === undefined ? [] : [{ label, url }]))
}
