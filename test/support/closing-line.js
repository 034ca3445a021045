/** Ends a test run with one plain line that a script can read: `N passed, N failed`. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
    // A suite that could not even start has failed, though it counted no test.
    process.stdout.write(
      `\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}\n`,
    );
  }
}
