/**
 * UNPACK: a packed Troupe becomes files again, in a cache of this user alone, since threads, children and WASM start from files.
 * It refuses what does not agree with its index to the byte, and a cache that somebody else could write. Rules: SPEC.md.
 */
export { type CachePlace, cachePlaces } from './cache-places.ts'
export { type AppFile, type AppIndex, indexDigest, readIndex } from './index-file.ts'
export { type Packed, unpack } from './unpack.ts'
