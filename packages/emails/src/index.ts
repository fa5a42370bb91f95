export { type Brand, PLAIN_BRAND, readBrand } from './brand.ts'
export { cutText } from './cut-text.ts'
export type { Draft } from './draft.ts'
export type { EmailContent } from './email-content.ts'
export {
  formatCountry,
  formatDate,
  formatMoney,
  formatNumber,
  formatPercent,
  formatPeriod,
  formatUnitPrice,
  formatValue,
  type Money,
  type Period,
  type Value,
} from './format.ts'
export { draftFrom, keptDraft } from './kept-draft.ts'
export {
  type CustomerEmailKind,
  EMAIL_KINDS,
  EMAILS,
  type EmailKind,
  readersOf,
  type StaffEmailKind,
} from './kinds.ts'
export { chooseTag, LANGUAGES, type Language, languageOf } from './languages.ts'
export { writePreview } from './preview/write-preview.ts'
export { brandVariables } from './settings.ts'
export { readTemplates } from './templates.ts'
export { commonTextsOf, createTexts, fill, textsOf } from './texts.ts'
export { withImages } from './with-images.ts'
export { NO_TEMPLATES, plainSpaces, type Templates, writeEmail } from './write-email.ts'
export { createEmailWriter, type EmailWriter, type WrittenEmail } from './writer.ts'
