import { describeCases } from './support/describe-cases.ts'

describeCases('generations: the output as Replicate said it, and its text', {
  'list-of-labels-is-joined': [
    { generations: [{ output: ['lamp', 'carpet', 'dog'], text: 'lampcarpetdog' }], variants: [] },
  ],
  'repl-list-of-labels': [
    { generations: [{ output: ['cat', 'dog', 'two words'], text: 'catdogtwo words' }], variants: [] },
  ],
  'repl-llm-chunk-is-url': [
    {
      generations: [
        { output: ['See ', 'https://example.com/docs', ' for more.'], text: 'See https://example.com/docs for more.' },
      ],
      variants: [],
    },
  ],
  'repl-llm-text-is-url': [
    { generations: [{ output: 'https://example.com/docs', text: 'https://example.com/docs' }], variants: [] },
  ],
})
