import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from './json.ts'
import { EMAIL_KINDS, type EmailKind, kindOf } from './kinds.ts'
import { canonicalTag, LANGUAGES, languageOf } from './languages.ts'
import { placeholdersIn, Wording } from './texts.ts'
import type { Templates } from './write-email.ts'

/** The form of an own text. It replaces the fields that it names; variants that it does not name have them too. */
const Template = z.strictObject({
  ...Wording.partial().shape,
  details: z.record(z.string(), z.string().min(1)).optional(),
  variants: z.record(z.string(), Wording.partial()).optional(),
})
type Template = z.output<typeof Template>

/**
 * Reads own texts: `<kind>.<language>.json`, or `<kind>.json` for every language.
 *
 * @throws {Error} whose message is one line: the file, what is wrong in it, and what it should be.
 */
export function readTemplates(folder: string): Templates {
  const files = filesIn(folder).filter((file) => file.endsWith('.json'))
  return new Map(
    files.map((file) => {
      const { kind, tag } = parseName(file)
      const template = parseJson(join(folder, file), Template)
      const problem = problemIn(template, kind)
      if (problem !== undefined) throw new Error(`${file}: ${problem}`)
      return [[kind, tag].filter(Boolean).join('.'), template]
    }),
  )
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    throw new Error('must be a folder that can be read')
  }
}

function parseName(file: string): { kind: EmailKind; tag: string | undefined } {
  const name = file.slice(0, -'.json'.length)
  const kinds = EMAIL_KINDS.filter((kind) => name === kind || name.startsWith(`${kind}.`))
  const kind = kinds.sort((a, b) => b.length - a.length)[0]
  if (kind === undefined) throw new Error(`${file} is no kind of e-mail; the kinds are ${EMAIL_KINDS.join(', ')}`)
  const tag = name.slice(kind.length + 1)
  if (tag === '') return { kind, tag: undefined }
  if (languageOf(tag) === undefined)
    throw new Error(`${file} is in no language that we have; the languages are ${LANGUAGES.join(', ')}`)
  return { kind, tag: canonicalTag(tag) }
}

/** The first thing that the template has and its kind does not. */
function problemIn({ details = {}, variants = {}, ...wording }: Template, kind: EmailKind): string | undefined {
  const spec = kindOf(kind)
  const label = Object.keys(details).find((key) => !spec.details.includes(key))
  if (label !== undefined) return `details.${label} is no detail of ${kind}; its details are ${listed(spec.details)}`
  const variant = Object.keys(variants).find((key) => !(key in spec.variants))
  if (variant !== undefined)
    return `variants.${variant} is no variant of ${kind}; its variants are ${listed(Object.keys(spec.variants))}`
  const parts: [string, Partial<Wording>, readonly string[]][] = [
    [kind, wording, spec.values],
    ...Object.entries(variants).map(([name, part]): [string, Partial<Wording>, string[]] => [
      `variants.${name}`,
      part,
      [...spec.values, ...(spec.variants[name] ?? [])],
    ]),
  ]
  for (const [name, part, known] of parts) {
    if (part.button !== undefined && !spec.hasButton) return `${kind} has no button`
    const unknown = placeholdersIn(JSON.stringify(part)).find((placeholder) => !known.includes(placeholder))
    if (unknown !== undefined)
      return `{${unknown}} is no placeholder of ${name}; its placeholders are ${listed(known.map((one) => `{${one}}`))}`
  }
  return undefined
}

const listed = (names: readonly string[]): string => names.join(', ') || 'none'
