/** Tests run as real ES modules on the sources of every package (condition "source"), so there is one copy of each. */
const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } },
    ],
  },
  modulePathIgnorePatterns: ['/dist/', '/.sluice/'],
}

const started = {
  globalSetup: '<rootDir>/packages/testing/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/packages/testing/src/jest/global-teardown.ts',
}

/** Tests that a run of all leaves out: they need Chromium, or build every app anew. `pnpm test:<name>` runs them. */
const apart = (name) => ({
  ...shared,
  ...started,
  displayName: name,
  testMatch: [`<rootDir>/{apps,packages}/*/test/**/*.${name}.test.ts`],
})

export default {
  testTimeout: 240_000, // of a machine that others use as well
  maxWorkers: '100%', // of the cores: most tests wait for other processes most of the time
  projects: [
    {
      ...shared,
      ...started,
      displayName: 'test',
      testMatch: ['<rootDir>/{apps,packages}/*/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.(browser|image)\\.test\\.ts$'],
    },
    apart('browser'),
    apart('image'),
  ],
}
