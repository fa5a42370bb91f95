import type { Composition } from './composition.ts'
import { htmlOf } from './layout-html.ts'
import { textOf } from './layout-text.ts'

/** A composition as a mail program shows it, with and without HTML. */
export const layOut = (composition: Composition, sender: string): { text: string; html: string } => ({
  text: textOf(composition, sender),
  html: htmlOf(composition, sender),
})
