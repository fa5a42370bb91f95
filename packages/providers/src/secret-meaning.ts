import type { Provider } from './provider.ts'

/** For the table of the environment: ingest verifies with these secrets, and outside production the board signs with the first. */
export function secretMeaning({ paths, secretShape, mayBeUnsigned }: Provider): string {
  const missing = mayBeUnsigned
    ? 'Without one, unsigned requests are accepted, except in production: 503'
    : 'Without one its routes answer 503'
  const ofBoard = 'Outside production the view Send of the board signs with the first'
  return `Signing secret of \`${paths[0]}\`: ${secretShape}; several, comma-separated, while one is rotated. ${missing}. ${ofBoard}`
}
