import { type EmailContent, TEST_NOTE } from './email-content.ts'

const WIDTH = 72

export function textOf(
  { title, paragraphs, details = [], button, footer, isTest }: EmailContent,
  sender: string,
): string {
  const widest = Math.max(0, ...details.map(([name]) => name.length))
  const blocks = [
    ...(isTest ? [`[ ${TEST_NOTE} ]`] : []),
    `${title}\n${'='.repeat(Math.min(title.length, WIDTH))}`,
    ...paragraphs.map(wrapped),
    ...(details.length > 0
      ? [details.map(([name, value]) => `${`${name}:`.padEnd(widest + 2)} ${value}`).join('\n')]
      : []),
    ...(button ? [`${button.label}:\n${button.url}`] : []),
    `-- \n${sender}\n${wrapped(footer)}`,
  ]
  return `${blocks.join('\n\n')}\n`
}

function wrapped(paragraph: string): string {
  const lines = ['']
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + 1 + word.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join('\n')
}
