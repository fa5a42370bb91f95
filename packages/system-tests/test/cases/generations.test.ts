import { describeCases } from './support/describe-cases.ts'

describeCases('generations: the output as Replicate said it', {
  'list-of-labels-is-joined': [{ generations: [{ status: 'succeeded' }] }],
})
