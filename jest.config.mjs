import { existsSync } from 'node:fs'

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
  modulePathIgnorePatterns: ['/dist/', '/.sluice/', '/examples/nextjs/'],
  globalSetup: '<rootDir>/packages/testing/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/packages/testing/src/jest/global-teardown.ts',
  setupFilesAfterEnv: ['require-assertions', 'end-processes'].map(
    (name) => `<rootDir>/packages/testing/src/jest/${name}.ts`,
  ),
}

/** Tests in `<name>.<kind>.test.ts`. */
const kind = (name) => ({
  ...shared,
  displayName: name,
  testMatch: [`<rootDir>/{apps,packages}/*/test/**/*.${name}.test.ts`],
})

/** Payloads that providers really sent are not part of the repository: their tests exist where the folder does. */
const recorded = existsSync(new URL('../shared/fixtures', import.meta.url)) ? [kind('recorded')] : []

export default {
  testTimeout: 240_000, // for machines that other programs use as well
  maxWorkers: '100%', // of the cores: most tests wait for other processes most of the time
  projects: [
    {
      ...shared,
      displayName: 'fast',
      testMatch: ['<rootDir>/{apps,packages}/*/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.(slow|browser|image|containers|recorded)\\.test\\.ts$'],
    },
    kind('slow'),
    kind('browser'), // needs Chromium
    kind('image'), // builds every app anew, as docker/Dockerfile does
    kind('containers'), // needs Docker or Podman, and Helm
    ...recorded,
  ],
}
