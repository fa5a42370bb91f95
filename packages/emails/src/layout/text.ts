import type { EmailContent } from '../email-content.ts'
import type { Language } from '../languages.ts'
import { commonTextsOf } from '../texts.ts'
import { plainSpaces } from '../write-email.ts'
import type { Letterhead } from './letterhead.ts'

/** In columns of a monospaced font, where a Chinese or Japanese character takes two. */
const WIDTH = 72

/** An e-mail as plain text. A value with no-break spaces, such as `20,00 €`, stays on one line. */
export function textOf(content: EmailContent, { company, closing, links, imprint }: Letterhead): string {
  const { title, paragraphs, details, button, note, language } = content
  const { colon } = commonTextsOf(language)
  const wrap = (text: string) => wrapped(text, language)
  const blocks = [
    ...(note === null ? [] : [`[ ${note} ]`]),
    `${wrap(title)}\n${'='.repeat(Math.min(widthOf(title), WIDTH))}`,
    ...paragraphs.map(wrap),
    ...(details.length > 0 ? [table(details, colon)] : []),
    ...(button ? [linkLine(button, colon)] : []),
    ['-- ', ...(imprint.length > 0 ? imprint : [company]), ...closing.map(wrap)].join('\n'),
    ...links.map((link) => linkLine(link, colon)),
  ]
  return plainSpaces(`${blocks.join('\n\n')}\n`)
}

const linkLine = ({ label, url }: { label: string; url: string }, colon: string): string => `${label}${colon}\n${url}`

function table(details: [string, string][], colon: string): string {
  const names = details.map(([name]) => `${name}${colon}`)
  const widest = Math.max(...names.map(widthOf))
  return details.map(([, value], row) => `${padded(names[row] ?? '', widest + 2)}${value}`).join('\n')
}

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

function wrapped(paragraph: string, language: Language): string {
  const lines = ['']
  for (const piece of piecesOf(paragraph, language)) {
    const line = lines.at(-1) ?? ''
    if (widthOf(`${line}${piece}`.trimEnd()) > WIDTH) lines.push(piece)
    else lines[lines.length - 1] = line + piece
  }
  return lines.map((line) => line.trimEnd()).join('\n')
}

/** The parts of a text between which a line may end, each with the spaces and punctuation that follow it. */
function piecesOf(text: string, language: Language): string[] {
  if (language !== 'ja') return text.match(/[^ ]+ */g) ?? []
  const words = new Intl.Segmenter(language, { granularity: 'word' }).segment(text)
  const pieces: string[] = []
  for (const { segment, isWordLike } of words) {
    if (isWordLike || pieces.length === 0) pieces.push(segment)
    else pieces[pieces.length - 1] += segment
  }
  return pieces
}

const widthOf = (text: string): number =>
  Array.from(text).reduce(
    (width, character) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character)
        ? 2
        : 1),
    0,
  )
