/** @type {import("jest").Config} */
export default {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/support/strip-types.js" },
  setupFilesAfterEnv: ["<rootDir>/test/support/setup.ts"],
  reporters: ["default", "<rootDir>/test/support/closing-line.js"],
  modulePathIgnorePatterns: ["<rootDir>/.cache/"],
  testTimeout: 20_000,
  maxWorkers: 2,
};
