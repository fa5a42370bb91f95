/** Of this application. */
export const url = process.env.PUBLIC_URL ?? `http://localhost:${process.env.PORT ?? 3000}`
