import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Brand } from '../brand.ts'
import { EMAIL_KINDS, kindOf } from '../kinds.ts'
import type { Language } from '../languages.ts'
import { type Sample, samplesOf } from '../samples.ts'
import { withImages } from '../with-images.ts'
import type { Templates } from '../write-email.ts'
import { createEmailWriter, type EmailWriter } from '../writer.ts'
import { indexPage, type PreviewedEmail } from './index-page.ts'

export interface PreviewOptions {
  folder: string
  languages: readonly Language[]
  brand: Brand | undefined
  templates: Templates | undefined
}

/** Writes every e-mail in every state and language with sample data, and a page that shows them. */
export async function writePreview({ folder, languages, brand, templates }: PreviewOptions) {
  const writer = createEmailWriter({ sender: 'Your company', brand, templates })
  await mkdir(folder, { recursive: true })
  const emails: PreviewedEmail[] = []
  for (const sample of EMAIL_KINDS.flatMap(samplesOf))
    for (const language of languagesOf(sample, languages)) emails.push(await preview(writer, sample, language, folder))
  const index = resolve(folder, 'index.html')
  await writeFile(index, indexPage(emails))
  return { index, emails }
}

const languagesOf = ({ kind }: Sample, languages: readonly Language[]): readonly Language[] =>
  kindOf(kind).readers === 'staff' ? ['en'] : languages

async function preview(writer: EmailWriter, { kind, variant, draft }: Sample, language: Language, folder: string) {
  const email = await writer.write(draft, language)
  const file = [kind, variant, language].filter(Boolean).join('.')
  await writeFile(join(folder, `${file}.html`), withImages(email))
  await writeFile(join(folder, `${file}.txt`), `${email.subject}\n\n${email.text}`)
  return { kind, variant, language, subject: email.subject, file }
}
