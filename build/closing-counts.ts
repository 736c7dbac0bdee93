/** A vitest reporter that ends the run with one plain line: `N passed, N failed` (and `, N skipped` when there are any). */
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingCounts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0
    let failed = unhandled.length
    let skipped = 0
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state)
      passed += states.filter((state) => state === 'passed').length
      skipped += states.filter((state) => state !== 'passed' && state !== 'failed').length
      const broken = states.filter((state) => state === 'failed').length
      // A file that could not be loaded, or whose set-up failed, has no failed test, and is a failure all the same.
      failed += broken > 0 || module.state() !== 'failed' ? broken : 1
    }
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  }
}
