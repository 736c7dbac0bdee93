/** UPDATE: the single executable replaced by a newer one that a pinned key signed, when a person says so. Refuses everything else. Rules: SPEC.md. */
export type { Fetching } from './download.ts'
export { judge, type Manifest, type Release, type ReleaseKey, releaseSchema, type Seen, type Situation, type Verdict } from './manifest.ts'
export { markOf, previousOf } from './swap.ts'
export { openUpdates, type UpdatePorts, type Updates } from './updates.ts'
