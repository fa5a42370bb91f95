import { defineConfig } from 'vite'

/** Builds the page of the console into files that the board serves with a content security policy without exceptions. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  // The board may be below a path, which its server puts in front of the addresses in index.html.
  base: './',
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2023',
    // The policy allows no data: URL and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The page contains these libraries, so their licences go with it.
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    rolldownOptions: {
      // Libraries mark files for React on servers, which this page has not.
      onLog: (level, log, print) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : print(level, log)),
    },
  },
})
