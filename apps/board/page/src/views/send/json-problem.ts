/** Why a text is no JSON object, in the words of the browser; null if it is one. */
export function problemIn(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? null
      : 'An event is a JSON object: {…}'
  } catch (error) {
    return `No valid JSON: ${(error as Error).message}. It is sent all the same, and ingest refuses it.`
  }
}
