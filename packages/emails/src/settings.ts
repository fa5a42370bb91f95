import { z } from 'zod'
import { readBrand } from './brand.ts'
import { readTemplates } from './templates.ts'

/** A variable that names a file or folder, which is read and checked with the environment. */
const read = <T>(reader: (path: string) => T) =>
  z
    .string()
    .transform((path, { addIssue }) => {
      try {
        return reader(path)
      } catch (error) {
        addIssue((error as Error).message)
        return z.NEVER
      }
    })
    .optional()

/** The environment variables that decide how e-mail and documents look and what they say. */
export const brandVariables = {
  BRAND_FILE: read(readBrand).describe(
    'JSON file with your company, address, tax ids, logo, color, support address, links, footer and language',
  ),
  EMAIL_TEMPLATES: read(readTemplates).describe(
    'Folder with your own wording of e-mail, `<kind>.<language>.json`, over the built-in texts',
  ),
}
