import type { WrittenEmail } from './writer.ts'

/** The HTML with its images inside, as an e-mail client shows it. */
export const withImages = ({ html, images }: WrittenEmail): string =>
  images.reduce(
    (page, { cid, contentType, content }) =>
      page.replaceAll(`cid:${cid}`, `data:${contentType};base64,${content.toString('base64')}`),
    html,
  )
