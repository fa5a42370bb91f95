import { z } from 'zod'
import { placeOf } from './place.ts'

/** The environment variables that say where the files are. */
export const storeVariables = {
  ASSET_STORE: z
    .string()
    .default('file:.sluice/assets')
    .transform((text, { addIssue }) => {
      const place = placeOf(text)
      if (!place) addIssue('must be file:<folder> or s3://<bucket>/<prefix>')
      return place ?? z.NEVER
    })
    .describe(
      'Where documents and pictures are kept: `file:<folder>`, or `s3://<bucket>/<prefix>` with the AWS variables. The board reads them there',
    ),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an address, https://…' })
    .optional()
    .meta({ default: "Amazon's", description: 'Address of an S3 that is not Amazon’s' }),
}
