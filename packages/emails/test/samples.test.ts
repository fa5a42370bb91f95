import { expect, test } from '@jest/globals'
import { EMAIL_KINDS, NO_TEMPLATES, writeEmail } from '../src/index.ts'
import { samplesOf } from '../src/samples.ts'

test.each(EMAIL_KINDS.flatMap(samplesOf))(
  'the sample of $kind, $variant has a value for all that it shows',
  (sample) => {
    const { subject, title, paragraphs, details } = writeEmail(sample.draft, 'en', NO_TEMPLATES)
    expect(JSON.stringify([subject, title, paragraphs, details])).not.toMatch(/[{}]/)
  },
)
