#!/usr/bin/env node
// `npx sluice`: runs the built commands. It is a file of the checkout, so npx can link it before anything is built.
import { existsSync } from 'node:fs'

const main = new URL('../dist/main.js', import.meta.url)
if (existsSync(main)) await import(main.href)
else {
  console.error('Sluice is not built yet. Run npm start first.')
  process.exitCode = 1
}
