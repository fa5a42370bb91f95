import { expect, test } from '@jest/globals'
import { EMAIL_KINDS, LANGUAGES, NO_TEMPLATES, writeEmail } from '../src/index.ts'
import { samplesOf } from '../src/samples.ts'

test.each(EMAIL_KINDS.flatMap(samplesOf))(
  'the sample of $kind, $variant has a value for all that it shows',
  (sample) => {
    const { subject, title, paragraphs, details } = writeEmail(sample.draft, 'en', NO_TEMPLATES)
    expect(JSON.stringify([subject, title, paragraphs, details])).not.toMatch(/[{}]/)
  },
)

test.each(LANGUAGES)('every subject in %s can be read whole in a list of e-mails', (language) => {
  const subjects = EMAIL_KINDS.flatMap(samplesOf).map(({ draft }) => writeEmail(draft, language, NO_TEMPLATES).subject)
  expect(subjects.filter((subject) => subject.length > 78)).toEqual([])
})
